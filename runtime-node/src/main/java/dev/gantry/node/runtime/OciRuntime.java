package dev.gantry.node.runtime;

import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.PipedProgram;
import dev.gantry.node.kernel.Poller;
import dev.gantry.node.kernel.Spawner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * An OCI runtime by its command line (runtime-spec, runtime.md; runc(8), crun(1)).
 *
 * @param program a sealed copy of it
 * @param state where the runtime keeps what it knows, gone after a reboot
 */
public record OciRuntime(Kind kind, Path program, String version, Path state) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");

  /** The runtimes that are known; the first that works is used where nobody says which. */
  public enum Kind {
    /** Takes a compiled seccomp filter by annotation; refuses hybrid cgroups. */
    CRUN("crun", "status", List.of("crun")),
    RUNC("runc", "state.json", List.of("runc", "io.containerd.runc.v2"));

    private final String program;
    private final String stateFile;
    private final List<String> names;

    Kind(String program, String stateFile, List<String> names) {
      this.program = program;
      this.stateFile = stateFile;
      this.names = names;
    }

    public String program() {
      return program;
    }

    /** What it leaves in a container's folder of its state, and the others do not. */
    String stateFile() {
      return stateFile;
    }

    /** As clients may call it; the engine knows runc by the name of its shim, too. */
    List<String> names() {
      return names;
    }
  }

  /**
   * Why a program does not work here; empty where it does.
   *
   * @param state of containers that there may be
   */
  static Optional<String> fault(Path program, Path state) throws KernelException {
    if (!Files.isExecutable(program)) {
      return Optional.of("not installed");
    }
    Spawner.Output probe =
        Spawner.run(List.of(program.toString(), "--root", state.toString(), "list"), ENVIRONMENT);
    return probe.exitCode() == 0 ? Optional.empty() : Optional.of(probe.text().strip());
  }

  static String version(Path program) throws KernelException {
    String text = Spawner.run(List.of(program.toString(), "--version"), ENVIRONMENT).text();
    return text.lines().findFirst().orElse("").replaceAll("^\\S+ version ", "");
  }

  /** Where a program of the host is. */
  static Path onPath(String name) {
    for (String folder :
        new String[] {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"}) {
      if (Files.isExecutable(Path.of(folder, name))) {
        return Path.of(folder, name);
      }
    }
    return Path.of("/usr/bin", name);
  }

  /** As {@code docker info} names it. */
  public String name() {
    return kind.program();
  }

  /**
   * Whether a foreground {@link #exec} ends with its process. runc copies the streams, and goes on
   * until the last who has them is gone, a daemon that the process left behind for example.
   */
  public boolean leavesStreams() {
    return kind == Kind.CRUN;
  }

  /** Runs the user's process of a created container. */
  public void start(String id) throws KernelException, RuntimeFailure {
    require(invoke("start", id));
  }

  /**
   * Removes what the runtime and the kernel still have of a container, killing it where it lives;
   * absent is well.
   */
  void delete(String id) throws KernelException {
    Spawner.Output _ = invoke("delete", "--force", id);
  }

  /**
   * Runs one more process in a container, in the foreground: the streams of the runtime are those
   * of the process, and its exit code is the process's. {@code files.pidFile()} is there from the
   * moment on in which the process runs; where it is not there at the end, the process never ran,
   * and {@code files.runtimeLog()} says why.
   *
   * @param ended is told the exit code once, on a virtual thread
   */
  public PipedProgram exec(Poller poller, RunFiles files, boolean input, IntConsumer ended)
      throws KernelException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(globalArguments());
    command.addAll(
        List.of(
            "--log=" + files.runtimeLog(),
            "--log-format=json",
            "exec",
            "--pid-file",
            files.pidFile().toString(),
            "--process",
            files.processFile().toString(),
            files.id()));
    return PipedProgram.start(poller, command, ENVIRONMENT, input, ended);
  }

  /** What the runtime said last in its log. */
  public static String lastWord(RunFiles files) throws IOException {
    String last = "";
    for (String line : Files.readAllLines(files.runtimeLog())) {
      last = line.isBlank() ? last : line;
    }
    try {
      return message(JSON.readTree(last).path("msg").asString(last));
    } catch (JacksonException _) {
      return message(last);
    }
  }

  /** Arguments that stand before the verb. */
  List<String> globalArguments() {
    return List.of("--root=" + state);
  }

  private Spawner.Output invoke(String... arguments) throws KernelException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(globalArguments());
    command.addAll(List.of(arguments));
    return Spawner.run(command, ENVIRONMENT);
  }

  private static void require(Spawner.Output output) throws RuntimeFailure {
    if (output.exitCode() != 0) {
      throw new RuntimeFailure(message(output.text()));
    }
  }

  /** The last line that a runtime prints, without its time stamp and level. */
  static String message(String text) {
    String last = text.strip().lines().reduce("", (_, line) -> line);
    return last.replaceFirst("^time=\"[^\"]*\" level=\\w+ msg=", "")
        .replaceFirst("^\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z: ", "")
        .replaceFirst("^\"(.*)\"$", "$1")
        .replace("\\\"", "\"");
  }
}
