package dev.gantry.node.container;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.gantry.engine.ContainerId;
import dev.gantry.engine.EngineJson;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.kernel.DurableFile;
import dev.gantry.node.kernel.Trees;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file of each container: written beside, forced to disk, renamed, the folder forced. A folder
 * without a record is what a create left that was never answered, or a removal that is over.
 */
final class RecordFiles {
  private static final Logger log = LoggerFactory.getLogger(RecordFiles.class);

  /** Absent fields are left out, so that a record takes one or two disk blocks. */
  private static final JsonMapper JSON =
      EngineJson.MAPPER
          .rebuild()
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  private final NodeFiles files;

  RecordFiles(NodeFiles files) {
    this.files = files;
  }

  /** Writes the first version; the container exists when this returns. */
  void create(ContainerRecord record) throws IOException {
    try {
      Files.createDirectory(files.container(record.id()));
    } catch (FileAlreadyExistsException _) {
      // What an unanswered create left behind is taken over.
    }
    write(record);
    DurableFile.force(files.containers());
  }

  /** Replaces the record; the change is durable when this returns. */
  void write(ContainerRecord record) throws IOException {
    DurableFile.write(files.record(record.id()), JSON.writeValueAsBytes(record));
  }

  /** Takes the record and its folder away; the container is gone when this returns. */
  void delete(ContainerId id) throws IOException {
    Files.deleteIfExists(files.record(id));
    Trees.delete(files.container(id));
    DurableFile.force(files.containers());
  }

  /** Reads every record and takes folders without one away. */
  List<ContainerRecord> load() throws IOException {
    Files.createDirectories(files.containers());
    List<ContainerRecord> records = new ArrayList<>();
    try (Stream<Path> folders = Files.list(files.containers())) {
      for (Path folder : (Iterable<Path>) folders::iterator) {
        try {
          records.add(
              JSON.readValue(
                  Files.readAllBytes(folder.resolve("record.json")), ContainerRecord.class));
        } catch (NoSuchFileException _) {
          Trees.delete(folder);
        } catch (JacksonException e) {
          log.error("cannot read record {}: {}; it is left as it is", folder, e.getMessage());
        }
      }
    }
    return records;
  }
}
