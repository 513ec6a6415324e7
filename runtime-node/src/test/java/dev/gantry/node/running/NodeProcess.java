package dev.gantry.node.running;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The process of a node, which may be killed and started anew, and its log. */
final class NodeProcess implements AutoCloseable {
  /**
   * Holds a mount namespace in which the node finds its mounts again when it is started anew; crun
   * refuses to run where both hierarchies of control groups are seen.
   */
  private static final List<String> WITHOUT_HYBRID_CGROUPS =
      List.of(
          "unshare",
          "--mount",
          "--propagation",
          "slave",
          "sh",
          "-c",
          "! mountpoint -q /sys/fs/cgroup/unified || umount /sys/fs/cgroup/unified;"
              + " echo; exec sleep infinity");

  private final Path root;
  private final String runtime;
  private @Nullable Process namespace;
  private @Nullable Process process;

  NodeProcess(Path root, String runtime) {
    this.root = root;
    this.runtime = runtime;
  }

  private Process holder() throws IOException {
    Process present = namespace;
    if (present == null) {
      present = new ProcessBuilder(WITHOUT_HYBRID_CGROUPS).redirectErrorStream(true).start();
      namespace = present;
      int said = present.getInputStream().read();
      if (said != '\n') {
        throw new IOException("no mount namespace could be made");
      }
    }
    return present;
  }

  /**
   * Starts it, as {@code ops/up} does, with less memory.
   *
   * @param classes options of {@link NodeClasses}
   */
  Process start(List<String> classes, Map<String, String> environment) throws IOException {
    List<String> command = new ArrayList<>();
    if (runtime.equals("crun")) {
      String here = Path.of("").toAbsolutePath().toString();
      command.addAll(List.of("nsenter", "--mount", "--target", Long.toString(holder().pid())));
      command.addAll(List.of("sh", "-c", "cd \"$0\" && exec \"$@\"", here));
    }
    command.addAll(
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx96m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:CompileThresholdScaling=0.2",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:-AOTReplayTraining",
            "-Dkeystore.pkcs12.keyPbeIterationCount=1",
            "-Dkeystore.pkcs12.certPbeIterationCount=1",
            "-Dkeystore.pkcs12.macIterationCount=1",
            "--enable-native-access=ALL-UNNAMED"));
    command.addAll(classes);
    command.add(TestNodeMain.class.getName());
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(root.resolve("node.log").toFile()));
    Process started = builder.start();
    process = started;
    return started;
  }

  /** The end of its log. */
  String tail() throws IOException {
    List<String> lines = Files.readAllLines(root.resolve("node.log"));
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  ProcessHandle handle() {
    return Objects.requireNonNull(process).toHandle();
  }

  /** How many threads of the process have this name, virtual ones too. */
  long threads(String name) throws Exception {
    Path dump = root.resolve("threads");
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    String pid = Long.toString(handle().pid());
    int code =
        new ProcessBuilder(jcmd, pid, "Thread.dump_to_file", "-overwrite", dump.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    if (code != 0) {
      throw new IOException("jcmd ended with " + code);
    }
    try (Stream<String> lines = Files.lines(dump)) {
      return lines.filter(line -> line.contains('"' + name + '"')).count();
    }
  }

  /** As SIGKILL does it. */
  void kill() throws InterruptedException {
    Process running = process;
    if (running != null) {
      running.destroyForcibly().waitFor();
    }
  }

  /** Its mount namespace ends, too. */
  @Override
  public void close() throws InterruptedException {
    kill();
    if (namespace != null) {
      var unused = namespace.destroyForcibly().waitFor();
    }
  }
}
