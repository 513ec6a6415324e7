package dev.gantry.node.runtime;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gantry.node.kernel.Fd;
import dev.gantry.node.kernel.Fifo;
import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.PacketSocket;
import dev.gantry.node.kernel.PidFd;
import dev.gantry.node.kernel.Spawner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Starts containers and execs under conmon(8), which holds their streams, writes their output to a
 * file and keeps their exit code, also while this process is dead.
 */
public final class Conmon {
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "PATH",
          "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          "_OCI_SYNCPIPE",
          "3",
          "TZ",
          "UTC");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path program = OciRuntime.onPath("conmon");

  /**
   * How the streams of a process are.
   *
   * @param stdin whether there is an input at all
   * @param stdinOnce whether the input ends with the first client that ends its own
   */
  public record Streams(boolean tty, boolean stdin, boolean stdinOnce) {}

  /**
   * Makes a container whose process waits for {@link OciRuntime#start}. The bundle is {@code
   * files.folder()}.
   *
   * @param held what conmon keeps open while the container runs, for a later process of the node
   *     ({@link Spawner#HELD}); neither runtime passes it on to the container
   */
  public ContainerProcess create(
      OciRuntime runtime, RunFiles files, Streams streams, @Nullable Fd held)
      throws IOException, RuntimeFailure {
    return launch(runtime, files, streams, List.of(), held);
  }

  /**
   * Runs one more process in a container; it is described by {@code files.processFile()}
   * (runtime-spec, config.md, "Process").
   */
  public ContainerProcess exec(OciRuntime runtime, RunFiles files, Streams streams)
      throws IOException, RuntimeFailure {
    return launch(
        runtime,
        files,
        streams,
        List.of("--exec", "--exec-process-spec", files.processFile().toString()),
        null);
  }

  private ContainerProcess launch(
      OciRuntime runtime, RunFiles files, Streams streams, List<String> more, @Nullable Fd held)
      throws IOException, RuntimeFailure {
    Files.createDirectories(files.exitFolder());
    Files.createDirectories(files.persist());
    Files.createDirectories(files.sockets());
    String report = Spawner.runReporting(command(runtime, files, streams, more), ENVIRONMENT, held);
    int pid = pid(report, files);
    int conmon = readPid(files.conmonPidFile());
    return new ContainerProcess(pid, PidFd.startTime(pid), conmon, PidFd.startTime(conmon));
  }

  private List<String> command(
      OciRuntime runtime, RunFiles files, Streams streams, List<String> more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--api-version",
                "1",
                "--cid",
                files.id(),
                "--cuuid",
                files.shortName(),
                "--runtime",
                runtime.program().toString(),
                "--bundle",
                files.folder().toString(),
                "--container-pidfile",
                files.pidFile().toString(),
                "--conmon-pidfile",
                files.conmonPidFile().toString(),
                "--exit-dir",
                files.exitFolder().toString(),
                "--persist-dir",
                files.persist().toString(),
                "--socket-dir-path",
                files.sockets().toString(),
                "--log-path",
                "k8s-file:" + files.log(),
                "--no-sync-log",
                "--log-level",
                "error"));
    for (String argument : runtime.globalArguments()) {
      command.addAll(List.of("--runtime-arg", argument));
    }
    if (streams.tty()) {
      command.add("--terminal");
    }
    if (streams.stdin()) {
      command.add("--stdin");
      if (!streams.stdinOnce()) {
        command.add("--leave-stdin-open");
      }
    }
    command.addAll(more);
    return command;
  }

  private static int pid(String report, RunFiles files) throws RuntimeFailure {
    if (report.isEmpty()) {
      throw new RuntimeFailure("conmon ended without a word for " + files.id());
    }
    try {
      // An exec that ends quickly reports its exit code behind its pid; the exit file has it too.
      JsonNode answer = JSON.readTree(report.lines().findFirst().orElse(""));
      int pid = answer.path("pid").asInt(answer.path("data").asInt(-1));
      if (pid > 0) {
        return pid;
      }
      throw new RuntimeFailure(OciRuntime.message(answer.path("message").asString("exit " + pid)));
    } catch (JacksonException e) {
      throw new RuntimeFailure("conmon said " + report);
    }
  }

  private static int readPid(Path file) throws IOException {
    return Integer.parseInt(Files.readString(file).strip());
  }

  /**
   * The exit code of a run: 128 and the signal where one ended it; empty where conmon has not
   * written it.
   */
  public static OptionalInt exitCode(RunFiles files) throws IOException {
    try {
      String text = Files.readString(files.exitFile()).strip();
      return text.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
    } catch (NoSuchFileException _) {
      return OptionalInt.empty();
    }
  }

  /** Whether the kernel killed a process of the container for memory. */
  public static boolean oomKilled(RunFiles files) {
    return Files.exists(files.oomFile());
  }

  /** Connects to the streams of a run. */
  public static PacketSocket attach(RunFiles files) throws KernelException {
    return PacketSocket.connect(files.attachSocket());
  }

  /** Sets the size of the terminal; false where the run is over. */
  public static boolean resize(RunFiles files, int rows, int columns) throws KernelException {
    return Fifo.write(files.control(), ("1 " + rows + " " + columns + "\n").getBytes(US_ASCII));
  }
}
