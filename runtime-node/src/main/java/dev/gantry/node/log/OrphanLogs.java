package dev.gantry.node.log;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Output of removed containers that has not reached log-service yet: {@code
 * <root>/<team>.<container>.{log,shipped}}. Bounded: beyond the limit the oldest is given up.
 */
final class OrphanLogs {
  private static final Logger log = LoggerFactory.getLogger(OrphanLogs.class);

  private final Path root;
  private final long limit;

  OrphanLogs(Path root, long limit) {
    this.root = root;
    this.limit = limit;
  }

  Path logOf(ContainerId container, TeamId team) {
    return root.resolve(team + "." + container + ".log");
  }

  Path offsetOf(ContainerId container, TeamId team) {
    return root.resolve(team + "." + container + ".shipped");
  }

  /** Takes over the files of a container that is being removed; done twice it changes nothing. */
  boolean take(ContainerId container, TeamId team, Path logFile, Path offsetFile)
      throws IOException {
    Files.createDirectories(root);
    move(offsetFile, offsetOf(container, team));
    return move(logFile, logOf(container, team)) || Files.exists(logOf(container, team));
  }

  private static boolean move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (NoSuchFileException _) {
      return false;
    }
  }

  void delete(ContainerId container, TeamId team) throws IOException {
    Files.deleteIfExists(logOf(container, team));
    Files.deleteIfExists(offsetOf(container, team));
  }

  /** What an earlier process left here. */
  List<Shipment> load() throws IOException {
    List<Shipment> found = new ArrayList<>();
    if (!Files.isDirectory(root)) {
      return found;
    }
    try (Stream<Path> files = Files.list(root)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String[] name = file.getFileName().toString().split("\\.", -1);
        if (name.length == 3 && name[2].equals("log")) {
          ContainerId container = new ContainerId(name[1]);
          TeamId team = new TeamId(name[0]);
          Path offset = offsetOf(container, team);
          Shipment shipment = new Shipment(container, team, file, offset);
          shipment.removed(file, offset);
          found.add(shipment);
        }
      }
    }
    return found;
  }

  /** Gives the oldest up until the rest is within the limit. */
  List<ContainerId> enforceLimit() throws IOException {
    List<ContainerId> dropped = new ArrayList<>();
    if (!Files.isDirectory(root)) {
      return dropped;
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(root)) {
      files =
          all.filter(file -> file.toString().endsWith(".log"))
              .sorted(Comparator.comparingLong(file -> file.toFile().lastModified()))
              .toList();
    }
    long total = files.stream().mapToLong(file -> file.toFile().length()).sum();
    for (Path file : files) {
      if (total <= limit) {
        break;
      }
      total -= file.toFile().length();
      String[] name = file.getFileName().toString().split("\\.", -1);
      ContainerId container = new ContainerId(name[1]);
      delete(container, new TeamId(name[0]));
      dropped.add(container);
      log.error("output of removed container {} was given up: the area is full", container);
    }
    return dropped;
  }
}
