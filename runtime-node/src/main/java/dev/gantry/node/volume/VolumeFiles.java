package dev.gantry.node.volume;

import dev.gantry.engine.EngineJson;
import dev.gantry.engine.TeamId;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.kernel.DurableFile;
import dev.gantry.node.kernel.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/** The folders of volumes. A folder without {@code volume.json} is not a volume. */
final class VolumeFiles {
  private static final Logger log = LoggerFactory.getLogger(VolumeFiles.class);

  private final NodeFiles files;

  VolumeFiles(NodeFiles files) {
    this.files = files;
  }

  Path data(TeamId team, String name) {
    return files.volume(team, name).resolve("_data");
  }

  /** Makes the folder; durable when this returns. */
  void create(VolumeRecord volume) throws IOException {
    Path folder = files.volume(volume.team(), volume.name());
    Files.createDirectories(data(volume.team(), volume.name()));
    DurableFile.write(folder.resolve("volume.json"), EngineJson.MAPPER.writeValueAsBytes(volume));
    DurableFile.force(files.volumes().resolve(volume.team().value()));
  }

  /** Removes the volume with all that is in it; what a crash leaves is no volume any more. */
  void delete(TeamId team, String name) throws IOException {
    Path folder = files.volume(team, name);
    if (Files.isDirectory(folder)) {
      Files.deleteIfExists(folder.resolve("volume.json"));
      DurableFile.force(folder);
      Trees.delete(folder);
    }
  }

  List<VolumeRecord> load() throws IOException {
    List<VolumeRecord> found = new ArrayList<>();
    Files.createDirectories(files.volumes());
    for (Path team : list(files.volumes())) {
      for (Path folder : list(team)) {
        try {
          byte[] json = Files.readAllBytes(folder.resolve("volume.json"));
          found.add(EngineJson.MAPPER.readValue(json, VolumeRecord.class));
        } catch (NoSuchFileException _) {
          Trees.delete(folder);
        } catch (JacksonException e) {
          log.error("cannot read volume {}: {}; it is left as it is", folder, e.getMessage());
        }
      }
    }
    return found;
  }

  /** Bytes of all files. */
  long size(TeamId team, String name) throws IOException {
    return Trees.size(data(team, name));
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(Files::isDirectory).toList();
    }
  }
}
