package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Thousands of inputs that no client would send. Each is answered as what it is; none is a failure
 * of ours, leaves anything, or reaches the host. {@code -Dgantry.fuzz=N} tries N of each kind,
 * {@code -Dgantry.seed=S} those of a run before.
 */
class FuzzTest {
  private static final int INPUTS = Integer.getInteger("gantry.fuzz", 400);
  private static final long SEED = Long.getLong("gantry.seed", new Random().nextLong());
  private static final Set<Integer> REFUSALS = Set.of(400, 403, 404, 409, 413, 501);

  private static final String BODY =
      """
      {"Image":"busybox","Cmd":["sleep","1000"],"Entrypoint":[],"Hostname":"h","Domainname":"d",
       "User":"0:0","ExposedPorts":{"80/tcp":{}},"Env":["A=1"],"Labels":{"a":"b"},"Tty":false,
       "OpenStdin":false,"AttachStdout":true,
       "Healthcheck":{"Test":["CMD","true"],"Interval":1000000000,"Timeout":1000000000,"Retries":2},
       "Volumes":{"/anonymous":{}},"WorkingDir":"/tmp","StopSignal":"SIGKILL","StopTimeout":1,
       "HostConfig":{"Binds":["%1$s:/named:ro"],"LogConfig":{"Type":"json-file",
         "Config":{"max-size":"1m"}},"PortBindings":{"80/tcp":[{"HostIp":"127.0.0.1",
         "HostPort":"0"}]},"RestartPolicy":{"Name":"no","MaximumRetryCount":0},
         "CapAdd":["NET_ADMIN"],"CapDrop":["MKNOD"],"Dns":["127.0.0.1"],"DnsOptions":["ndots:1"],
         "DnsSearch":["example"],"ExtraHosts":["other:127.0.0.1"],"GroupAdd":["7"],
         "OomScoreAdj":10,"SecurityOpt":["no-new-privileges"],"Tmpfs":{"/tmpfs":"size=1m"},
         "ShmSize":1048576,"Sysctls":{"net.ipv4.ip_forward":"0"},"Memory":67108864,
         "MemoryReservation":33554432,"MemorySwap":-1,"MemorySwappiness":10,"CpuShares":512,
         "NanoCpus":500000000,"CpusetCpus":"0","PidsLimit":100,"Init":true,"IpcMode":"private",
         "PidMode":"","UTSMode":"","NetworkMode":"default","CgroupnsMode":"private",
         "ReadonlyRootfs":false,"Annotations":{"a":"b"},"MaskedPaths":["/proc/kcore"],
         "BlkioWeight":0,"BlkioDeviceReadBps":[],"DeviceCgroupRules":["c 1:3 rwm"],
         "Ulimits":[{"Name":"nofile","Soft":100,"Hard":200}],
         "Devices":[{"PathOnHost":"/dev/null","PathInContainer":"/dev/o","CgroupPermissions":"r"}],
         "Mounts":[{"Type":"volume","Source":"%1$s","Target":"/mounted",
             "VolumeOptions":{"NoCopy":true,"Labels":{"a":"b"},"Subpath":""}},
           {"Type":"tmpfs","Target":"/small","TmpfsOptions":{"SizeBytes":65536,"Mode":511}}]},
       "NetworkingConfig":{"EndpointsConfig":{"bridge":{"Aliases":[]}}}}
      """;

  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);
  private final Random random = new Random(SEED);
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final Path outside = Path.of("/tmp/gantry-fuzz-" + Long.toHexString(SEED));

  @Test
  void bodiesOfCreate() throws Exception {
    BodyMutations bodies = new BodyMutations(random, BODY.formatted(containers.volume()));
    inParallel(
        number -> {
          byte[] body;
          synchronized (bodies) {
            body = bodies.next();
          }
          return () -> create("fuzz-" + number, body, number % 10 == 0);
        });
    docker.run("container", "prune", "-f", "--filter", "label=a=b");
    healthy();
  }

  /** Some of those that are accepted are started too; whatever comes of it, they can be removed. */
  private void create(String name, byte[] body, boolean start) {
    Http.Answer answer =
        patiently("POST", "/containers/create?name=" + name, "application/json", body);
    if (answer.status() != 201) {
      expect(REFUSALS.contains(answer.status()), answer, body);
      return;
    }
    if (start) {
      Http.Answer started = patiently("POST", "/containers/" + name + "/start", "", new byte[0]);
      expect(started.status() == 204 || started.body().contains("\"message\""), started, body);
    }
    Http.Answer removed =
        patiently("DELETE", "/containers/" + name + "?force=1&v=1", "", new byte[0]);
    expect(removed.status() == 204, removed, body);
  }

  @Test
  void archives() throws Exception {
    HostileTars tars = new HostileTars(random, outside.toString());
    String running = containers.name();
    String created = containers.name();
    String volume = containers.volume();
    docker
        .run("run", "-d", "--name", running, "-v", volume + ":/v", "busybox", "sleep", "9999")
        .ok();
    docker.run("create", "--name", created, "-v", "/v", "busybox", "sleep", "1").ok();
    String[] folders = {"/tmp", "/", "/v", "/etc", "/tmp/link", "/tmp/../v", "/no/such", "/dev"};
    String[] flags = {"", "&noOverwriteDirNonDir=1", "&copyUIDGID=1"};
    inParallel(
        number -> {
          byte[] tar;
          synchronized (tars) {
            tar = tars.next();
          }
          String path =
              "/containers/"
                  + (number % 2 == 0 ? running : created)
                  + "/archive?path="
                  + folders[number % folders.length]
                  + flags[number % flags.length];
          return () -> {
            Http.Answer answer = patiently("PUT", path, "application/x-tar", tar);
            boolean told = answer.status() == 200 || REFUSALS.contains(answer.status());
            expect(told, answer, tar);
          };
        });
    assertThat(outside).as("seed " + SEED).doesNotExist();
    healthy();
  }

  /** Again where it is answered that there is too much to do just now. */
  private static Http.Answer patiently(String method, String path, String type, byte[] body) {
    return Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> Http.call(method, path, type, body), answer -> answer.status() != 503);
  }

  /** What is tried with one input. */
  private interface Attempt {
    void run() throws Exception;
  }

  private void inParallel(java.util.function.IntFunction<Attempt> attempts) throws Exception {
    Semaphore places = new Semaphore(8);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < INPUTS; i++) {
        Attempt attempt = attempts.apply(i);
        places.acquire();
        threads.submit(
            () -> {
              try {
                attempt.run();
              } catch (Exception e) {
                faults.add(e.toString());
              } finally {
                places.release();
              }
            });
      }
    }
    assertThat(faults).as("seed " + SEED).isEmpty();
  }

  private void expect(boolean condition, Http.Answer answer, byte[] input) {
    if (!condition) {
      String text = new String(input, java.nio.charset.StandardCharsets.ISO_8859_1);
      faults.add(
          answer.status()
              + " "
              + answer.body()
              + "\n  for "
              + text.substring(0, Math.min(4000, text.length())));
    }
  }

  /** Nothing is left, and the node does what it should. */
  private void healthy() {
    Awaitility.await("kernel and record, seed " + SEED)
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(Http.call("GET", "/gantry/v1/nodes/node-1/check", "").body().strip())
                    .isEqualTo("[]"));
    assertThat(docker.run("ps", "-aq", "-f", "name=fuzz-").lines()).as("seed " + SEED).isEmpty();
    assertThat(docker.run("run", "--rm", "busybox", "echo", "well").ok()).isEqualTo("well");
  }

  @AfterEach
  void nothingOutside() throws IOException {
    for (String name : docker.run("ps", "-aq", "-f", "name=fuzz-").lines()) {
      docker.run("rm", "-f", "-v", name);
    }
    Files.deleteIfExists(outside);
  }
}
