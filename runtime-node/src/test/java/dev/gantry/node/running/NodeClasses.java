package dev.gantry.node.running;

import dev.gantry.node.kernel.Trees;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

/**
 * The class path of the nodes that tests start, and a cache of its loaded classes (JEP 483) as a
 * platform has one: made once for all starts of a run, of which each takes half its time then.
 */
final class NodeClasses {
  private static final Path FOLDER = Path.of("target", "node-classes").toAbsolutePath();

  /** What starts a node that ends as soon as it is ready, with more options of the JVM. */
  @FunctionalInterface
  interface Training {
    void run(List<String> options) throws Exception;
  }

  private NodeClasses() {}

  /** Makes the cache, and answers the options of a JVM that uses it. */
  static List<String> prepare(Training training) throws Exception {
    Trees.delete(FOLDER);
    Files.createDirectories(FOLDER);
    List<String> classes = List.of("-cp", inJars(System.getProperty("java.class.path")));
    Path cache = FOLDER.resolve("node.aot");
    List<String> options = new ArrayList<>(classes);
    options.addAll(List.of("-XX:AOTCacheOutput=" + cache, "-Dgantry.exit-when-started=true"));
    training.run(options);
    List<String> cached = new ArrayList<>(classes);
    cached.add("-XX:AOTCache=" + cache);
    return cached;
  }

  /** A cache takes classes out of jars alone. */
  private static String inJars(String path) throws IOException {
    List<String> jars = new ArrayList<>();
    for (String entry : path.split(File.pathSeparator)) {
      if (!Files.isDirectory(Path.of(entry))) {
        jars.add(entry);
        continue;
      }
      String jar = FOLDER.resolve(jars.size() + ".jar").toString();
      int code =
          ToolProvider.findFirst("jar")
              .orElseThrow()
              .run(
                  System.err,
                  System.err,
                  "--create",
                  "--no-compress",
                  "--file",
                  jar,
                  "-C",
                  entry,
                  ".");
      if (code != 0) {
        throw new IOException("no jar of " + entry);
      }
      jars.add(jar);
    }
    return String.join(File.pathSeparator, jars);
  }
}
