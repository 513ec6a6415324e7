package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A container is a real one: what it has and what it has not. */
class IsolationTest {
  private static final String OPEN = "7777";

  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);

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

  /** Neither by the address of a bridge nor by any that the host has. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void thePlatformIsNotReachableFromInside(boolean ownNetwork) throws Exception {
    Set<Integer> ports = Processes.ports();
    assertThat(ports).as("gateway, services, broker, database, node").hasSizeGreaterThan(6);
    List<String> network = List.of();
    if (ownNetwork) {
      String name = containers.network();
      docker.run("network", "create", name).ok();
      network = List.of("--network", name);
    }
    String other = containers.name();
    List<String> server = new ArrayList<>(List.of("run", "-d", "--name", other));
    server.addAll(network);
    server.addAll(List.of("busybox", "nc", "-ll", "-p", OPEN, "-e", "true"));
    docker.run(server.toArray(String[]::new)).ok();
    String neighbour =
        docker
            .run("inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", other)
            .ok();
    String script =
        """
        for a in $(ip route | awk '/default/ {print $3}') %s; do for p in %s %s; do
          nc -w 2 $a $p -e touch /tmp/$a:$p >/dev/null 2>&1 &
        done; done; wait; ls /tmp
        """
            .formatted(
                String.join(" ", addresses()) + " " + neighbour,
                ports.stream().map(String::valueOf).collect(Collectors.joining(" ")),
                OPEN);
    List<String> command = new ArrayList<>(List.of("run", "--rm"));
    command.addAll(network);
    command.addAll(List.of("busybox", "sh", "-c", script));
    // The one that is open to all shows that this looks.
    assertThat(docker.run(command.toArray(String[]::new)).lines())
        .containsExactly(neighbour + ":" + OPEN);
  }

  private static List<String> addresses() throws Exception {
    List<String> found = new ArrayList<>();
    for (NetworkInterface one : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (InetAddress address : Collections.list(one.getInetAddresses())) {
        if (address instanceof Inet4Address) {
          found.add(address.getHostAddress());
        }
      }
    }
    return found;
  }

  private static String readLink(String path) {
    try {
      return java.nio.file.Files.readSymbolicLink(java.nio.file.Path.of(path)).toString();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
