package dev.gantry.node.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words of crun and runc, and what the docker CLI must find in the answer. */
class StartFailureTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "executable file `x` not found in $PATH: No such file or directory|127|executable file not"
            + " found in $PATH",
        "executable file `/a/x` not found: No such file or directory|127|no such file or directory",
        "runc create failed: unable to start container process: exec: \"x\": executable file not"
            + " found in $PATH|127|executable file not found in $PATH",
        "open executable: Permission denied|126|permission denied",
        "open executable: Operation not permitted|126|permission denied",
        "exec: \"/etc\": is a directory|126|is a directory",
        "unable to find user who: no matching entries in passwd file|126|unable to find user who",
        "cgroups: something else|128|something else"
      })
  void clientsTellTheExitCodeByTheText(String said, int code, String words) {
    StartFailure failure = StartFailure.ofRuntime(said);

    assertThat(failure.exitCode()).isEqualTo(code);
    assertThat(failure.message()).contains(words);
  }
}
