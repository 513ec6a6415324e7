package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A container is a real one: what it has and what it has not. */
class IsolationTest {
  private final Docker docker = Docker.onSocket();

  private String inside(String script) {
    return docker.run("run", "--rm", "busybox", "sh", "-c", script).ok();
  }

  @Test
  void capabilitiesAreTheDefaultOnes() {
    assertThat(inside("grep -E 'Cap(Inh|Prm|Eff|Bnd|Amb)' /proc/self/status | tr -d '\\t'").lines())
        .containsExactly(
            "CapInh:0000000000000000",
            "CapPrm:00000000a80425fb",
            "CapEff:00000000a80425fb",
            "CapBnd:00000000a80425fb",
            "CapAmb:0000000000000000");
  }

  @Test
  void aFilterOfSystemCallsIsOn() {
    assertThat(inside("grep '^Seccomp:' /proc/self/status | tr -d '\\t'")).isEqualTo("Seccomp:2");
    assertThat(docker.run("run", "--rm", "busybox", "unshare", "-U", "true").exit()).isNotZero();
    assertThat(docker.run("run", "--rm", "busybox", "mount", "-t", "tmpfs", "x", "/tmp").err())
        .contains("ermi");
  }

  @Test
  void theHostsSecretsAreMasked() {
    assertThat(
            inside(
                    "cat /proc/kcore | wc -c; ls /sys/firmware | wc -l; cat /proc/timer_list | wc"
                        + " -c")
                .lines())
        .containsOnly("0");
    assertThat(
            docker
                .run("run", "--rm", "busybox", "sh", "-c", "echo 1 > /proc/sys/kernel/sysrq")
                .exit())
        .isNotZero();
    assertThat(
            docker.run("run", "--rm", "busybox", "sh", "-c", "echo x > /proc/sysrq-trigger").exit())
        .isNotZero();
  }

  @Test
  void namespacesAreItsOwn() {
    assertThat(
            inside("ps | wc -l; hostname | wc -c; ls /sys/class/net | tr '\\n' ' '")
                .lines()
                .toList()
                .getLast()
                .strip()
                .split(" "))
        .containsExactlyInAnyOrder("eth0", "lo");
    String host = readLink("/proc/self/ns/pid");
    assertThat(inside("readlink /proc/self/ns/pid")).isNotEqualTo(host);
    for (String namespace : new String[] {"mnt", "uts", "ipc", "net", "cgroup"}) {
      assertThat(inside("readlink /proc/self/ns/" + namespace))
          .isNotEqualTo(readLink("/proc/self/ns/" + namespace));
    }
  }

  @Test
  void devicesAreTheFewThatAreAllowed() {
    assertThat(inside("ls /dev").lines())
        .contains(
            "null", "zero", "full", "random", "urandom", "tty", "ptmx", "shm", "mqueue", "pts",
            "fd")
        .doesNotContain("kmsg", "vda", "mem");
    assertThat(
            docker
                .run(
                    "run",
                    "--rm",
                    "busybox",
                    "sh",
                    "-c",
                    "mknod /tmp/m b 254 0 && head -c 1 /tmp/m")
                .exit())
        .isNotZero();
    assertThat(inside("df -k /dev/shm | tail -1 | awk '{print $2}'")).isEqualTo("65536");
  }

  @Test
  void layersAreSharedAndReadOnly() {
    docker.run("run", "--rm", "busybox", "rm", "/bin/ls").ok();
    assertThat(inside("ls /bin/ls")).isEqualTo("/bin/ls");
  }

  @Test
  void thePlatformIsNotReachableFromInside() {
    String script =
        "for p in 7100 7101 7102 7103 7104 7110 7132 7192; do nc -w 1 $(ip route | awk '/default/"
            + " {print $3}') $p < /dev/null && echo open-$p; done; true";
    assertThat(inside(script)).doesNotContain("open-");
  }

  private static String readLink(String path) {
    try {
      return java.nio.file.Files.readSymbolicLink(java.nio.file.Path.of(path)).toString();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
