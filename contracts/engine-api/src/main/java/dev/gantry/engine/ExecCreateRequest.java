package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of an exec create. Engine API 1.51, {@code POST /containers/{id}/exec}. */
public record ExecCreateRequest(
    @JsonProperty("AttachStdin") @Nullable Boolean attachStdin,
    @JsonProperty("AttachStdout") @Nullable Boolean attachStdout,
    @JsonProperty("AttachStderr") @Nullable Boolean attachStderr,
    @JsonProperty("ConsoleSize") @Nullable List<Integer> consoleSize,
    @JsonProperty("DetachKeys") @Nullable String detachKeys,
    @JsonProperty("Tty") @Nullable Boolean tty,
    @JsonProperty("Env") @Nullable List<String> env,
    @JsonProperty("Cmd") @Nullable List<String> cmd,
    @JsonProperty("Privileged") @Nullable Boolean privileged,
    @JsonProperty("User") @Nullable String user,
    @JsonProperty("WorkingDir") @Nullable String workingDir) {

  /** The same of a client that knows no {@code ConsoleSize}. */
  public ExecCreateRequest withoutSize() {
    return new ExecCreateRequest(
        attachStdin,
        attachStdout,
        attachStderr,
        null,
        detachKeys,
        tty,
        env,
        cmd,
        privileged,
        user,
        workingDir);
  }
}
