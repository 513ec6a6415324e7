package dev.gantry.node.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process in a container reaches for what the runtime left open, or for the runtime itself. */
@ParameterizedClass
@ValueSource(strings = {"crun", "runc"})
class ProcessAttackTest extends Attacked {
  private static final int DESCRIPTORS = 30;

  /**
   * A program for x86-64 that ends with the error of {@code clone3(NULL, 0)}, which is 22 where
   * nothing is filtered: {@code mov eax,435; xor edi,edi; xor esi,esi; syscall; neg eax; mov
   * edi,eax; mov eax,60; syscall}.
   */
  private static final String CLONE3 =
      "f0VMRgIBAQAAAAAAAAAAAAIAPgABAAAAeABAAAAAAABAAAAAAAAAAAAAAAAAAAAAAAAAAEAAOAABAAAAAAAAAAEA"
          + "AAAFAAAAAAAAAAAAAAAAAEAAAAAAAAAAQAAAAAAAjgAAAAAAAACOAAAAAAAAAAAQAAAAAAAAuLMBAAAx/zH2"
          + "DwX32InHuDwAAAAPBQ==";

  ProcessAttackTest(String runtime) {}

  /** CVE-2024-21626. */
  @ParameterizedTest
  @ValueSource(strings = {"/proc/self/fd/", "/link-"})
  void theWorkingDirectoryIsADescriptorOfTheRuntime(String folder) throws Exception {
    String look =
        "cat ../../../../../../../../..OUT/secret ./OUT/secret; ls ../../../../../../../..OUT"
            .replace("OUT", outside.toString());
    var layer = new HostileArchive();
    for (int fd = 0; fd <= DESCRIPTORS; fd++) {
      layer.link("link-" + fd, "/proc/self/fd/" + fd);
    }
    String running = create(request("\"Cmd\":[\"sleep\",\"1000\"]", ""), layer);
    start(running, 200);
    for (int fd = 0; fd <= DESCRIPTORS; fd++) {
      String working = "\"WorkingDir\":\"" + folder + fd + "\"";
      String id = create(request(working + "," + shell(look), ""), layer);
      assertThat(outcome(id)).as(working).doesNotContain(SECRET).doesNotContain("secret\n");
      node.call("DELETE", "/containers/" + id + "?force=true", null);
      assertThat(exec(running, working, look))
          .as("exec " + working)
          .doesNotContain(SECRET)
          .doesNotContain("secret\n");
    }
  }

  /** CVE-2019-5736: a script whose interpreter is the runtime that is about to run it. */
  @Test
  void theEntrypointIsTheRuntimeItself() throws Exception {
    var layer = new HostileArchive().file("evil", "#!/proc/self/exe\n");
    String id = create(request("\"Entrypoint\":[\"/evil\"],\"Cmd\":[\"--version\"]", ""), layer);
    assertThat(outcome(id)).doesNotContain(SECRET);
    String running = create(request("\"Cmd\":[\"sleep\",\"1000\"]", ""), layer);
    start(running, 200);
    String unused = exec(running, "", "exec /evil");
    assertThat(exec(running, "", "echo well")).isEqualTo("well\n");
  }

  /**
   * The same, with a process beside it that writes to every program that is not the container's.
   */
  @Test
  void theRuntimeIsOverwrittenWhileItEnters() throws Exception {
    String id =
        ready(
            """
            printf '#!/proc/self/exe\\n' >/evil; ./bin/busybox chmod 755 /evil
            hunt() { while :; do for p in /proc/[0-9]*; do
              case "$(readlink $p/exe)" in /bin/busybox|'') ;; *) (echo pwned >$p/exe) && echo $p >>/wrote;; esac
              for f in $p/fd/*; do case "$(readlink $f)" in *crun*|*runc*|*memfd*) (echo pwned >$f) && echo $f >>/wrote;; esac; done
            done; done; }
            hunt 2>/dev/null & hunt 2>/dev/null &
            """
                .strip(),
            "");
    for (int i = 0; i < 20; i++) {
      String unused = exec(id, "", i % 2 == 0 ? "exec /evil" : "true");
    }
    assertThat(get(id, "/wrote").statusCode()).isEqualTo(404);
    assertThat(exec(id, "", "echo well")).isEqualTo("well\n");
    assertThat(ready("true", "")).isNotEmpty();
  }

  @Test
  void noDescriptorIsInheritedButTheStreams() throws Exception {
    String list = "ls -l /proc/self/fd /proc/$$/fd";
    String id =
        node.create(
            request(
                """
                "Healthcheck":{"Test":["CMD-SHELL","%s"],"Interval":1000000000},%s
                """
                    .formatted(list, shell(list + "; echo ready; sleep 1000")),
                ""));
    awaitReady(id);
    onlyStreams(node.logs(id));
    onlyStreams(exec(id, "", list));
    onlyStreams(exec(id, "\"Tty\":true", list));
    onlyStreams(exec(id, "\"AttachStdin\":true", list));
    onlyStreams(exec(id, "\"Privileged\":true", list));
    await()
        .untilAsserted(
            () ->
                assertThat(node.inspect(id).at("/State/Health/Log/0/Output").asString())
                    .isNotEmpty());
    onlyStreams(node.inspect(id).at("/State/Health/Log/0/Output").asString());
  }

  /** What {@code ls -l} tells of descriptors: 0 to 2, and the folder that it reads itself. */
  private static void onlyStreams(String listing) {
    List<String> open = listing.lines().filter(line -> line.contains(" -> ")).toList();
    assertThat(open).as(listing).hasSizeBetween(6, 8);
    assertThat(open)
        .allMatch(
            line ->
                line.matches("(?s).* [012] -> (/dev/null|/dev/pts/\\d+|pipe:\\[\\d+\\])\\s*")
                    || line.matches("(?s).* [34] -> /proc/\\d+/fd\\s*"));
  }

  @Test
  void nobodyListensOnAnAbstractSocket() throws Exception {
    String id = ready("true", "");
    List<String> own = new ArrayList<>();
    Stream.concat(Stream.of(node.process()), node.process().descendants())
        .forEach(process -> own.addAll(sockets(process.pid())));
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process : processes.toList()) {
        String command = command(process);
        if (command.contains("conmon") && command.contains(id)) {
          own.addAll(sockets(Long.parseLong(process.getFileName().toString())));
        }
      }
    }
    assertThat(own).isNotEmpty();
    for (String line : Files.readAllLines(Path.of("/proc/net/unix"))) {
      String[] fields = line.strip().split("\\s+");
      if (fields.length > 7 && fields[7].startsWith("@")) {
        assertThat(own).as(line).doesNotContain("socket:[" + fields[6] + "]");
      }
    }
  }

  /** However it came into the container. */
  @Test
  void aProcessAsksTheKernelForWhatIsNotItsToHave() throws Exception {
    String ask =
        """
        for call in 'unshare -U true' 'unshare -m true' 'unshare -n true' 'nsenter -t 1 -m true' \\
          'mount -t tmpfs x /tmp' 'mount -o remount,rw /sys' 'umount -l /proc' 'pivot_root /tmp /tmp' \\
          'swapoff /data' 'hostname other' 'dmesg'; do
          /bin/busybox $call >/dev/null 2>&1 && echo "got $call"
        done
        grep Seccomp: /proc/self/status
        """;
    String id = ready(ask, "");
    for (String said : List.of(node.logs(id), exec(id, "", ask), exec(id, "\"Tty\":true", ask))) {
      assertThat(said).contains("Seccomp:\t2").doesNotContain("got ");
    }
  }

  /**
   * Its flags are out of a filter's sight: there is no such call, and C libraries ask otherwise.
   */
  @Test
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64")
  void cloneOfTheThirdKindIsNotThere() throws Exception {
    String id =
        create(
            request("\"Cmd\":[\"/clone3\"]", ""),
            new HostileArchive().file("clone3", 0755, Base64.getDecoder().decode(CLONE3)));
    start(id, 200);
    await().until(() -> node.inspect(id).at("/State/Status").asString().equals("exited"));
    assertThat(node.inspect(id).at("/State/ExitCode").asInt()).as("ENOSYS").isEqualTo(38);
  }

  @Test
  void nobodyElseOnTheHostReachesTheFilesOfContainers() throws Exception {
    for (String folder : List.of("var/lib/gantry/nodes/node-1", "run/gantry/nodes/node-1")) {
      assertThat(Files.getPosixFilePermissions(root.resolve(folder)))
          .as(folder)
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }
  }

  private static String command(Path process) {
    try {
      return process.getFileName().toString().matches("\\d+")
          ? Files.readString(process.resolve("cmdline"))
          : "";
    } catch (IOException _) {
      return "";
    }
  }

  private static List<String> sockets(long pid) {
    List<String> found = new ArrayList<>();
    try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      for (Path fd : open.toList()) {
        String target = Files.readSymbolicLink(fd).toString();
        if (target.startsWith("socket:")) {
          found.add(target);
        }
      }
    } catch (IOException _) {
      // It ended, or closed something, meanwhile.
    }
    return found;
  }
}
