package dev.gantry.node.running;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What outlives a node on purpose, and must not outlive a test: bridge, rules, parent groups. */
final class Leftovers {
  private Leftovers() {}

  static void remove(String nodeId) throws IOException, InterruptedException {
    run("nft", "delete", "table", "ip", "gantry_" + nodeId);
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

  private static void run(String... command) throws IOException, InterruptedException {
    new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
