package dev.gantry.node.runtime;

import java.nio.file.Path;

/**
 * The files of one run of a container or one exec, below a folder of its own that is gone after a
 * reboot.
 *
 * <pre>
 * config.json      the bundle (containers), or process.json (execs)
 * pid              of the process, by conmon or the OCI runtime
 * runtime.log      complaints of the OCI runtime (execs that conmon does not run)
 * conmon.pid       of conmon
 * exit/ID          the exit code, by conmon
 * persist/oom      there when the kernel killed for memory, by conmon
 * ctl              takes sizes of the terminal
 * </pre>
 *
 * Sockets need short paths (unix(7): 108 bytes): conmon makes them in {@code sockets/SHORT/attach}.
 *
 * @param id of the container
 * @param folder of this run
 * @param log where the output goes; for execs in the folder itself
 * @param sockets folder for the sockets of all runs
 * @param shortName unique among the sockets
 */
public record RunFiles(String id, Path folder, Path log, Path sockets, String shortName) {
  public Path pidFile() {
    return folder.resolve("pid");
  }

  public Path runtimeLog() {
    return folder.resolve("runtime.log");
  }

  public Path conmonPidFile() {
    return folder.resolve("conmon.pid");
  }

  public Path exitFolder() {
    return folder.resolve("exit");
  }

  public Path exitFile() {
    return exitFolder().resolve(id);
  }

  public Path persist() {
    return folder.resolve("persist");
  }

  public Path oomFile() {
    return persist().resolve("oom");
  }

  public Path processFile() {
    return folder.resolve("process.json");
  }

  public Path control() {
    return folder.resolve("ctl");
  }

  public Path attachSocket() {
    return sockets.resolve(shortName).resolve("attach");
  }
}
