package dev.gantry.node.running;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What outlives a node on purpose, and must not outlive a test: bridge, rules, parent groups. */
final class Leftovers {
  private Leftovers() {}

  static void remove(String nodeId) throws IOException, InterruptedException {
    run("nft", "delete", "table", "ip", "gantry_" + nodeId);
    run("nft", "delete", "table", "bridge", "gantry_" + nodeId);
    try (Stream<Path> links = Files.list(Path.of("/sys/class/net"))) {
      for (Path link : links.toList()) {
        if (link.getFileName().toString().startsWith("gtr" + nodeId.substring(0, 4))) {
          run("ip", "link", "del", link.getFileName().toString());
        }
      }
    }
    try (Stream<Path> hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
      for (Path hierarchy : hierarchies.toList()) {
        run("rmdir", hierarchy + "/gantry/" + nodeId);
      }
    }
  }

  /** Ends every container of a node, and what watches it, and takes away what is mounted for it. */
  static void end(String nodeId, Path root) throws IOException, InterruptedException {
    run("pkill", "-9", "-f", root + "/");
    for (Path group : groups(nodeId)) {
      for (String process : Files.readAllLines(group.resolve("cgroup.procs"))) {
        run("kill", "-9", process);
      }
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              for (Path group : groups(nodeId)) {
                run("rmdir", group.toString());
              }
              return groups(nodeId).isEmpty();
            });
    List<String> mounted;
    do {
      try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mountinfo"))) {
        mounted =
            mounts
                .map(line -> line.split(" ")[4])
                .filter(place -> place.startsWith(root + "/"))
                .toList()
                .reversed();
      }
      for (String place : mounted) {
        run("umount", "-l", place);
      }
    } while (!mounted.isEmpty());
  }

  /** The inner ones first. */
  private static List<Path> groups(String nodeId) throws IOException {
    List<Path> groups = new ArrayList<>();
    try (Stream<Path> hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
      for (Path hierarchy : hierarchies.toList()) {
        Path group = hierarchy.resolve("gantry").resolve(nodeId);
        if (Files.isDirectory(group)) {
          try (Stream<Path> inside = Files.walk(group)) {
            inside.filter(Files::isDirectory).forEach(groups::add);
          }
        }
      }
    }
    return groups.reversed();
  }

  private static void run(String... command) throws IOException, InterruptedException {
    new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
