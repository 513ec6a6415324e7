package dev.gantry.node;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.springframework.boot.SpringApplicationAotProcessor;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.util.FileSystemUtils;

/**
 * Writes down, as classes in a jar, which beans the node's application context holds; Spring finds
 * it out at each start otherwise, a third of the start's time. With the jar on its class path and
 * {@code -Dspring.aot.enabled=true} a node takes them from there. It holds for nodes without {@code
 * GANTRY_OTLP_ENDPOINT}, since that setting adds beans.
 */
public final class PreparedContext {
  private PreparedContext() {}

  /**
   * @param arguments the jar to write
   */
  public static void main(String[] arguments) throws Exception {
    Path jar = Path.of(arguments[0]);
    Path work = Files.createTempDirectory("gantry-context");
    try {
      Path sources = work.resolve("sources");
      Path classes = work.resolve("classes");
      AbstractAotProcessor.Settings settings =
          AbstractAotProcessor.Settings.builder()
              .sourceOutput(sources)
              .resourceOutput(work.resolve("resources"))
              .classOutput(classes)
              .groupId("dev.gantry")
              .artifactId("runtime-node")
              .build();
      new SpringApplicationAotProcessor(NodeApplication.class, settings, new String[0]).process();
      compile(sources, Files.createDirectories(classes));
      Path written = jar.resolveSibling(jar.getFileName() + ".new");
      pack(classes, written);
      Files.move(written, jar, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      FileSystemUtils.deleteRecursively(work);
    }
    // Libraries that the context loads leave threads behind.
    System.exit(0);
  }

  private static void compile(Path sources, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options =
        List.of(
            "-proc:none",
            "-parameters",
            "-classpath",
            System.getProperty("java.class.path") + ":" + classes,
            "-d",
            classes.toString());
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      var files = manager.getJavaFileObjectsFromPaths(files(sources));
      if (!compiler.getTask(null, manager, null, options, null, files).call()) {
        throw new IllegalStateException("the beans that were written down do not compile");
      }
    }
  }

  private static void pack(Path classes, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      for (Path path : files(classes)) {
        out.putNextEntry(new ZipEntry(classes.relativize(path).toString()));
        Files.copy(path, out);
        out.closeEntry();
      }
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
