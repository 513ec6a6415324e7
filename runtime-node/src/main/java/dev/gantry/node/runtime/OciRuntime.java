package dev.gantry.node.runtime;

import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.PipedProgram;
import dev.gantry.node.kernel.Poller;
import dev.gantry.node.kernel.SealedProgram;
import dev.gantry.node.kernel.Spawner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  /** The runtimes that are known. */
  public enum Kind {
    /** Takes a compiled seccomp filter by annotation; refuses hybrid cgroups. */
    CRUN,
    RUNC
  }

  /**
   * Finds the runtime to use.
   *
   * @param setting {@code crun}, {@code runc}, or {@code auto}: crun where it works, else runc
   * @throws IOException where there is none that works; the message says what was tried
   */
  public static OciRuntime find(String setting, Path state) throws IOException {
    List<String> tried = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      String name = kind.name().toLowerCase(java.util.Locale.ROOT);
      if (!setting.equals("auto") && !setting.equals(name)) {
        continue;
      }
      Path program = onPath(name);
      if (!Files.isExecutable(program)) {
        tried.add(name + ": not installed");
        continue;
      }
      Files.createDirectories(state);
      Spawner.Output probe =
          Spawner.run(List.of(program.toString(), "--root", state.toString(), "list"), ENVIRONMENT);
      if (probe.exitCode() == 0) {
        String version = Spawner.run(List.of(program.toString(), "--version"), ENVIRONMENT).text();
        return new OciRuntime(
            kind,
            SealedProgram.of(program),
            version.lines().findFirst().orElse("").replaceAll("^\\S+ version ", ""),
            state);
      }
      tried.add(name + ": " + probe.text().strip());
    }
    throw new IOException(
        "cannot find an OCI runtime (" + setting + "): " + String.join("; ", tried));
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
    return kind.name().toLowerCase(java.util.Locale.ROOT);
  }

  /**
   * Whether a foreground {@link #exec} ends with its process. runc copies the streams, and goes on
   * until the last who has them is gone, a daemon that the process left behind for example.
   */
  public boolean leavesStreams() {
    return kind == Kind.CRUN;
  }

  /** Runs the user's process of a created container. */
  void start(String id) throws KernelException, RuntimeFailure {
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
