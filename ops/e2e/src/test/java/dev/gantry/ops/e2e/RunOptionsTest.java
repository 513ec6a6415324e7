package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.ops.e2e.Docker.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every option of {@code docker run}, and every field behind it: either the kernel shows its effect
 * inside the container, or it is refused with words. None is accepted and ignored.
 */
class RunOptionsTest {
  /** Reads a file of the own control group, in whichever hierarchy has it. */
  private static final String GROUP =
      "g() { cat /sys/fs/cgroup/*/$1 2>/dev/null || cat /sys/fs/cgroup/$2; }; ";

  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);

  private Result run(String options, String script) {
    List<String> command = new ArrayList<>(List.of("run", "--rm"));
    for (String word : options.split(" ")) {
      command.add(word.startsWith("c_") ? word.replace('_', ' ') : word);
    }
    command.addAll(List.of("busybox", "sh", "-c", script));
    return docker.run(command.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        // Control groups.
        "-m 64m => g memory.limit_in_bytes memory.max => ^67108864$",
        "-m 64m --memory-reservation 32m => g memory.soft_limit_in_bytes memory.low => ^33554432$",
        "-m 64m --memory-swap 96m => g memory.memsw.limit_in_bytes memory.swap.max =>"
            + " ^(100663296|33554432)$",
        "--cpus 0.5 => g cpu.cfs_quota_us cpu.max => ^50000",
        "--cpu-period 50000 --cpu-quota 25000 => g cpu.cfs_period_us cpu.max => 50000$",
        "-c 512 => g cpu.shares cpu.weight => ^(512|20)$",
        "--cpuset-cpus 0 --cpuset-mems 0 => grep allowed_list /proc/self/status =>"
            + " (?s)Cpus_allowed_list:\\t0\\n"
            + ".*Mems_allowed_list:\\t0$",
        "--pids-limit 33 => g pids.max pids.max => ^33$",
        "--oom-score-adj 77 => cat /proc/self/oom_score_adj => ^77$",
        "--cgroupns host => cat /proc/self/cgroup => /gantry/",
        "--cgroupns private => cat /proc/self/cgroup => :/$",
        // Devices.
        "--device /dev/zero:/dev/mine:r => head -c 1 /dev/mine | wc -c; echo > /dev/mine => ^1$",
        "--device-cgroup-rule c_10:237_r => mknod /l c 10 237; : < /l && echo open => ^open$",
        // Namespaces.
        "--hostname box --domainname d => hostname; cat /proc/sys/kernel/domainname => ^box\\nd$",
        "--pid host => cat /proc/1/comm => ^(?!cat)",
        "--ipc none => ls -d /dev/shm 2>&1 || true => No such file",
        "--ipc host => grep -c ' /dev/shm ' /proc/mounts; ls -d /dev/mqueue => (?s)^1.*mqueue$",
        "--network none => ls /sys/class/net => ^lo$",
        "--mac-address 02:42:ac:11:00:99 => cat /sys/class/net/eth0/address => ^02:42:ac:11:00:99$",
        // Users and rights.
        "-u 12:34 --group-add 77 => id -u; id -G => ^12\\n34 77$",
        "--cap-add SYS_TIME => grep CapEff /proc/self/status => 00000000aa0425fb$",
        "--cap-drop ALL => grep CapBnd /proc/self/status => 0000000000000000$",
        "--privileged => mount -t tmpfs t /tmp && echo mounted => ^mounted$",
        "--security-opt no-new-privileges => grep NoNewPrivs /proc/self/status => 1$",
        "--security-opt seccomp=unconfined => grep Seccomp: /proc/self/status => 0$",
        "--userns host => cat /proc/self/uid_map => ^0 +0 +4294967295$",
        "--ulimit nofile=50:60 => ulimit -n; ulimit -Hn => ^50\\n60$",
        "--init => cat /proc/1/comm => ^(docker-init|tini|catatonit)",
        "--sysctl net.core.somaxconn=99 => cat /proc/sys/net/core/somaxconn => ^99$",
        // Files.
        "--read-only => touch /x 2>&1 || true => Read-only file system",
        "--tmpfs /t:size=1m,mode=0700 => stat -c %a /t; df -k /t | tail -1 => ^700\\n.* 1024",
        "--shm-size 2m => df -k /dev/shm | tail -1 => ^shm +2048",
        "-w /tmp/made => pwd => ^/tmp/made$",
        "-v /etc/hostname:/h:ro => cat /h; echo x > /h || echo no => (?s).+\\nno$",
        "-v /data => grep -c ' /data ' /proc/mounts => ^1$",
        "--mount type=tmpfs,target=/t,tmpfs-size=1m => df -k /t | tail -1 => 1024",
        "--mount type=image,source=busybox,target=/i => cat /i/etc/passwd; touch /i/x 2>&1 || true"
            + " => (?s)^root:.*Read-only file system",
        "--mount type=image,source=busybox,target=/i,image-subpath=etc/passwd => cat /i => ^root:",
        // Names.
        "--add-host host.test:1.2.3.4 => grep host.test /etc/hosts => ^1.2.3.4\\thost.test$",
        "--dns 9.9.9.9 --dns-search x.y --dns-option ndots:3 => cat /etc/resolv.conf =>"
            + " (?s)nameserver 9.9.9.9\\n"
            + "search x.y\\n"
            + "options ndots:3",
        // What starts it.
        "-e A=1 --entrypoint env => true => A=1",
        "--runtime runc => echo ran => ^ran$",
        "--runtime io.containerd.runc.v2 => echo ran => ^ran$",
        "--platform linux => echo ran => ^ran$"
      })
  void anOptionHasItsEffect(String options, String script, String expected) {
    Result result =
        options.contains("--entrypoint")
            ? docker.run(("run --rm " + options + " busybox").split(" "))
            : run(options, GROUP + script);

    assertThat(result.ok()).as(result.err()).containsPattern(expected);
  }

  /** What clients that have no such option may still send. */
  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "\"KernelMemory\":67108864 => kernel memory",
        "\"IOMaximumIOps\":5 => IO",
        "\"Cgroup\":\"container:x\" => Cgroup is not supported",
        "\"Runtime\":\"/bin/sh\" => unknown or invalid runtime name: /bin/sh",
        "\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/tmp\",\"Target\":\"/x\",\"Consistency\":\"x\"}]"
            + " => invalid consistency: x",
        "\"Mounts\":[{\"Type\":\"tmpfs\",\"Target\":\"/x\",\"ImageOptions\":{}}] => field"
            + " ImageOptions must not be specified"
      })
  void aFieldThatIsNotServedIsRefused(String field, String words) throws Exception {
    Http.Answer answer =
        Http.call(
            "POST",
            "/v1.51/containers/create",
            "{\"Image\":\"busybox\",\"HostConfig\":{" + field + "}}");

    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).containsIgnoringCase(words);
  }

  @Test
  void anOlderClientKnowsNoMountsOfImages() throws Exception {
    String body =
        "{\"Image\":\"busybox\",\"HostConfig\":{\"Mounts\":"
            + "[{\"Type\":\"image\",\"Source\":\"busybox\",\"Target\":\"/i\"}]}}";

    Http.Answer answer = Http.call("POST", "/v1.47/containers/create", body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("needs API v1.48 or newer");
  }

  @Test
  void anImageThatIsMountedIsUsed() {
    String name = containers.name();
    docker.run("run", "-d", "--name", name, "busybox", "sleep", "600").ok();
    docker.run("commit", name, "e2e-mounted:1").ok();
    String user = containers.name();
    docker
        .run(
            "create",
            "--name",
            user,
            "--mount",
            "type=image,source=e2e-mounted:1,target=/i",
            "busybox",
            "true")
        .ok();

    Result kept = docker.run("rmi", "e2e-mounted:1");

    assertThat(kept.exit()).isEqualTo(1);
    assertThat(kept.err()).contains("conflict: unable to remove repository reference");
    docker.run("rm", user).ok();
    docker.run("rmi", "e2e-mounted:1").ok();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "--cgroup-parent /x => cgroup parents are not supported",
        "--gpus all => could not select device driver",
        "--isolation hyperv => linux only supports 'default'",
        "--storage-opt size=1G => --storage-opt is supported only for",
        "--volume-driver nosuch -v vol:/v => nosuch",
        "--log-driver syslog => no log driver named 'syslog' is registered",
        "--log-opt nosuch=1 => nosuch",
        "--runtime kata => unknown or invalid runtime name: kata",
        "--network nosuch => network nosuch not found",
        "--ip 10.1.2.3 => user specified IP address is supported on user defined networks only",
        "--ip6 fd00::1 => ",
        "--network-alias a => network-scoped alias",
        "--link nosuch:a => could not get container for nosuch: No such container: nosuch",
        "--link a:b:c => bad format for links: a:b:c",
        "--network none --link a => links",
        "--network host --link a => links",
        "--pid nosuch => ",
        "--ipc nosuch => invalid IPC mode: nosuch",
        "--uts nosuch => ",
        "--userns nosuch => ",
        "--cgroupns nosuch => ",
        "--security-opt nosuch=1 => invalid --security-opt",
        "--sysctl kernel.hostname=x => 'kernel.hostname=x' is not allowed",
        "--ulimit nosuch=1 => invalid ulimit type: nosuch",
        "--cap-add NOSUCH => NOSUCH",
        "--cpuset-cpus 4096 => 4096",
        "--cpus 4096 => ",
        "--memory 1 => Minimum memory limit",
        "--annotation run.oci.handler=x => is kept for the OCI runtime",
        "--platform linux/s390x => does not match the specified platform",
        "--mount type=image,source=busybox,target=/i,image-subpath=../x => subpath must be a"
            + " relative path",
        "--mount type=image,source=nosuch:1,target=/i => nosuch"
      })
  void whatIsNotServedIsRefused(String options, String words) {
    Result result = run(options + " --pull never", "echo started");

    assertThat(result.exit()).as(result.out()).isEqualTo(125);
    assertThat(result.out()).doesNotContain("started");
    assertThat(result.err()).contains(words == null ? "" : words);
  }
}
