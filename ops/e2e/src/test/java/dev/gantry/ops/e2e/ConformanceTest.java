package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Every operation that is served, in each version whose definition is there: each body fits it.
 * What is read from elsewhere than the definition is in {@link VersionHistoryTest}.
 */
class ConformanceTest {
  private static final String ONE = "/containers/{id}";

  /** Of what there is a plan, but no service yet, or which are Swarm's. */
  private static final String NOT_SERVED =
      "(GET|POST|PUT|DELETE) /(swarm|services|nodes|tasks|secrets|configs|plugins)(/.*)?"
          + "|POST /(build(/prune)?|session)|PUT /volumes/\\{name}|GET /containers/\\{id}/attach/ws"
          + "|GET /images/search|POST /images/\\{name}/push|GET /distribution/\\{name}/json";

  private static final String PLAIN =
      "{\"Image\":\"busybox\",\"Cmd\":[\"sh\",\"-c\",\"echo out; echo x >/new; exec sleep 1000\"],"
          + "\"Labels\":{\"conform\":\"%s\"}}";
  private static final String FULL =
      """
      {"Image":"busybox","Cmd":["sleep","1000"],"Hostname":"full","Domainname":"example","User":"0:0",
       "ExposedPorts":{"80/tcp":{},"81/udp":{}},"Env":["A=1"],"Labels":{"conform":"%1$s"},
       "Healthcheck":{"Test":["CMD","true"],"Interval":100000000,"Timeout":1000000000,"Retries":2,
         "StartPeriod":1000000},
       "Volumes":{"/anonymous":{}},"WorkingDir":"/tmp","StopSignal":"SIGKILL","StopTimeout":1,
       "HostConfig":{
         "Binds":["%1$s:/named:ro"],"LogConfig":{"Type":"json-file","Config":{"max-size":"1m"}},
         "PortBindings":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"0"}]},
         "RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3},"CapAdd":["NET_ADMIN"],
         "CapDrop":["MKNOD"],"Dns":["127.0.0.1"],"DnsOptions":["ndots:1"],"DnsSearch":["example"],
         "ExtraHosts":["other:127.0.0.1"],"GroupAdd":["7"],"OomScoreAdj":10,
         "SecurityOpt":["no-new-privileges"],"Tmpfs":{"/tmpfs":"size=1m"},"ShmSize":1048576,
         "Sysctls":{"net.ipv4.ip_forward":"0"},"Memory":67108864,"MemoryReservation":33554432,
         "CpuShares":512,"NanoCpus":500000000,"PidsLimit":100,"Init":true,
         "Ulimits":[{"Name":"nofile","Soft":100,"Hard":200}],
         "Devices":[{"PathOnHost":"/dev/null","PathInContainer":"/dev/other",
           "CgroupPermissions":"rw"}],
         "Mounts":[{"Type":"volume","Source":"%1$s","Target":"/mounted",
             "VolumeOptions":{"NoCopy":true,"Labels":{"a":"b"}}},
           {"Type":"tmpfs","Target":"/small","TmpfsOptions":{"SizeBytes":65536}}]},
       "NetworkingConfig":{"EndpointsConfig":{"%2$s":{"Aliases":["alias"]}}}}
      """;

  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);

  @ParameterizedTest
  @ValueSource(strings = {"1.41", "1.44", "1.47", "1.50", "1.51"})
  void everyBodyFitsItsDefinition(String version) throws Exception {
    assumeTrue(ApiDefinition.isHere(), "no definitions in " + ApiDefinition.folder());
    Conformance api = new Conformance(version);
    long since = System.currentTimeMillis() / 1000;
    String volume = volumes(api);
    String network = networks(api);
    String full = full(api, volume, network);
    String plain = plain(api);
    connected(api, network, plain);
    execs(api, plain);
    system(api, plain, since);
    images(api);
    commit(api, plain);
    ended(api, plain, full);
    removed(api, volume, network);
    refusals(api);
    Set<String> left = new TreeSet<>(api.unasked());
    left.removeIf(operation -> operation.matches(NOT_SERVED));
    assertThat(left).as("operations that were not tried").isEmpty();
    assertThat(api.problems()).as("what does not fit " + version).isEmpty();
  }

  private String volumes(Conformance api) throws IOException {
    String volume = containers.volume();
    api.ask("GET /volumes", "", "");
    String unnamed = api.ask("POST /volumes/create", "", "", "{}").path("Name").asString("");
    api.ask("DELETE /volumes/{name}", unnamed, "");
    api.ask(
        "POST /volumes/create",
        "",
        "",
        "{\"Name\":\"" + volume + "\",\"Labels\":{\"conform\":\"" + volume + "\"}}");
    String option = containers.volume();
    api.ask(
        "POST /volumes/create",
        "",
        "",
        "{\"Name\":\""
            + option
            + "\",\"DriverOpts\":{\"type\":\"tmpfs\",\"device\":\"tmpfs\"},\"Labels\":null}");
    api.ask("GET /volumes/{name}", volume, "");
    api.ask("GET /volumes/{name}", option, "");
    api.ask("GET /volumes", "", "");
    api.ask("GET /volumes", "", Conformance.filters("{\"name\":[\"no-such\"]}"));
    api.ask("DELETE /volumes/{name}", option, "force=1");
    return volume;
  }

  private String networks(Conformance api) throws IOException {
    String network = containers.network();
    api.ask(
        "POST /networks/create",
        "",
        "",
        "{\"Name\":\"%1$s\",\"Labels\":{\"conform\":\"%1$s\"},\"Internal\":false}"
            .formatted(network));
    api.ask("GET /networks", "", "");
    for (String name : new String[] {"bridge", "host", "none", network}) {
      api.ask("GET /networks/{id}", name, "");
    }
    return network;
  }

  /** A container that has everything. */
  private String full(Conformance api, String volume, String network) throws IOException {
    String name = containers.name();
    api.ask("POST /containers/create", "", "name=" + name, FULL.formatted(volume, network));
    api.ask("GET " + ONE + "/json", name, "");
    api.ask("GET /containers/json", "", "all=1");
    api.ask("POST " + ONE + "/start", name, "");
    Awaitility.await()
        .until(
            () ->
                api.ask("GET " + ONE + "/json", name, "")
                    .at("/State/Health/Status")
                    .asString("")
                    .equals("healthy"));
    api.ask("GET " + ONE + "/json", name, "size=1");
    api.ask("GET /networks/{id}", network, "");
    api.ask("POST " + ONE + "/pause", name, "");
    api.ask("GET " + ONE + "/json", name, "");
    api.ask("GET /containers/json", "", "size=1");
    api.ask("POST " + ONE + "/unpause", name, "");
    return name;
  }

  /** A container that has nothing but what it must. */
  private String plain(Conformance api) throws IOException {
    String name = containers.name();
    api.ask("POST /containers/create", "", "name=" + name, PLAIN.formatted(name));
    api.ask("GET " + ONE + "/json", name, "");
    api.ask("POST " + ONE + "/start", name, "");
    Awaitility.await()
        .until(() -> api.plain("GET " + ONE + "/logs", name, "stdout=1", "").contains("out"));
    api.ask("GET " + ONE + "/json", name, "");
    api.ask("GET /containers/json", "", "size=1&limit=2");
    api.ask("GET " + ONE + "/top", name, "");
    api.ask("GET " + ONE + "/top", name, "ps_args=-eo%20pid,comm");
    api.ask("GET " + ONE + "/changes", name, "");
    api.ask("GET " + ONE + "/stats", name, "stream=0");
    api.ask("GET " + ONE + "/stats", name, "stream=0&one-shot=1");
    api.first(2, "GET " + ONE + "/stats", name, "");
    api.ask("POST " + ONE + "/update", name, "", "{\"Memory\":134217728,\"MemorySwap\":134217728}");
    api.ask("POST " + ONE + "/resize", name, "h=10&w=20");
    api.plain("HEAD " + ONE + "/archive", name, "path=/etc", "");
    api.plain("GET " + ONE + "/archive", name, "path=/etc/hosts", "");
    api.plain("PUT " + ONE + "/archive", name, "path=/", "Content-Length: 0\r\n");
    api.plain("GET " + ONE + "/export", name, "", "");
    api.plain("POST " + ONE + "/attach", name, "logs=1&stdout=1", "");
    String renamed = containers.name();
    api.ask("POST " + ONE + "/rename", name, "name=" + renamed);
    containers.forget(name);
    return renamed;
  }

  private void connected(Conformance api, String network, String name) throws IOException {
    String body = "{\"Container\":\"" + name + "\"}";
    api.ask("POST /networks/{id}/connect", network, "", body);
    api.ask("GET " + ONE + "/json", name, "");
    api.ask("GET /containers/json", "", "");
    api.ask("GET /networks/{id}", network, "verbose=1");
    api.ask("POST /networks/{id}/disconnect", network, "", body);
  }

  private void execs(Conformance api, String name) throws IOException {
    String command = "\"Cmd\":[\"sh\",\"-c\",\"sleep 100\"]";
    String exec = exec(api, name, "{" + command + ",\"Tty\":true,\"AttachStdout\":true}");
    api.ask("GET /exec/{id}/json", exec, "");
    api.ask("POST /exec/{id}/start", exec, "", "{\"Detach\":true,\"Tty\":true}");
    api.ask("POST /exec/{id}/resize", exec, "h=10&w=20");
    api.ask("GET /exec/{id}/json", exec, "");
    api.ask("GET " + ONE + "/json", name, "");
    String short0 = exec(api, name, "{\"Cmd\":[\"true\"],\"Env\":[\"A=1\"],\"WorkingDir\":\"/\"}");
    api.ask("POST /exec/{id}/start", short0, "", "{\"Detach\":true}");
    Awaitility.await()
        .until(() -> !api.ask("GET /exec/{id}/json", short0, "").path("Running").asBoolean(true));
  }

  private static String exec(Conformance api, String name, String body) throws IOException {
    return api.ask("POST " + ONE + "/exec", name, "", body).path("Id").asString("");
  }

  private static void login(Conformance api) throws IOException {
    String own = Platform.ops("status", "--registry").ok();
    String token = Platform.ops("tokens", "issue", "--quiet").ok();
    String body = "{\"username\":\"any\",\"password\":\"%s\",\"serveraddress\":\"%s\"}";
    api.ask("POST /auth", "", "", body.formatted(token, own));
    api.refused(401, "POST /auth", "", "", body.formatted("wrong", own));
    Platform.ops("tokens", "revoke", token.split("_")[1]).ok();
  }

  private void system(Conformance api, String name, long since) throws IOException {
    api.plain("GET /_ping", "", "", "");
    api.plain("HEAD /_ping", "", "", "");
    api.ask("GET /version", "", "");
    api.ask("GET /info", "", "");
    api.ask("GET /system/df", "", "");
    login(api);
    api.stream(
        "GET /events",
        "",
        "since=" + since + "&until=" + (System.currentTimeMillis() / 1000 + 1),
        "",
        "");
  }

  private void images(Conformance api) throws IOException {
    String tag = "conform-" + System.nanoTime();
    api.ask("GET /images/json", "", "all=1&digests=1&shared-size=1&manifests=1");
    JsonNode image = api.ask("GET /images/{name}/json", "busybox", "");
    api.ask("GET /images/{name}/json", image.path("Id").asString("busybox"), "manifests=1");
    api.ask("GET /images/{name}/history", "busybox", "");
    api.ask("POST /images/{name}/tag", "busybox", "repo=" + tag);
    api.plain("GET /images/{name}/get", tag, "", "");
    api.plain("GET /images/get", "", "names=" + tag, "");
    api.ask("DELETE /images/{name}", tag, "");
    // Two blocks of zeros are an empty archive.
    api.stream(
        "POST /images/create", "", "fromSrc=-&repo=" + tag, "\0".repeat(1024), "CreateImageInfo");
    api.ask("DELETE /images/{name}", tag, "");
    api.refused(
        404,
        "POST /images/create",
        "",
        "fromImage=" + Platform.ops("status", "--registry").ok() + "/no/such-image&tag=1",
        "");
    api.stream("POST /images/load", "", "", "\0".repeat(1024), "CreateImageInfo");
    api.ask("POST /images/prune", "", Conformance.filters("{\"label\":[\"conform-none\"]}"));
  }

  private void commit(Conformance api, String name) throws IOException {
    String repository = "conform-" + System.nanoTime();
    api.ask("POST /commit", "", "container=" + name + "&repo=" + repository + "&tag=1", "{}");
    api.ask("GET /images/{name}/json", repository + ":1", "");
    api.ask("GET /images/{name}/history", repository + ":1", "");
    api.ask("GET /images/json", "", "");
    api.ask("DELETE /images/{name}", repository + ":1", "force=1");
  }

  private void ended(Conformance api, String plain, String full) throws IOException {
    api.ask("POST " + ONE + "/restart", plain, "t=0");
    api.ask("POST " + ONE + "/kill", plain, "");
    api.ask("POST " + ONE + "/wait", plain, "");
    api.ask("GET " + ONE + "/json", plain, "");
    api.ask("POST " + ONE + "/stop", full, "t=0");
    api.ask("GET " + ONE + "/json", full, "size=1");
    api.ask("GET /containers/json", "", "all=1&size=1");
    api.ask("GET " + ONE + "/changes", full, "");
    api.ask("GET " + ONE + "/stats", full, "stream=0");
    api.ask("DELETE " + ONE, full, "v=1");
    containers.forget(full);
    api.ask("POST /containers/prune", "", Conformance.filters("{\"label\":[\"conform\"]}"));
  }

  private void removed(Conformance api, String volume, String network) throws IOException {
    String mine = Conformance.filters("{\"label\":[\"conform=%s\"]}".formatted(volume));
    api.ask("POST /volumes/prune", "", mine);
    api.ask("DELETE /volumes/{name}", volume, "force=1");
    String kept = containers.volume();
    api.ask("POST /volumes/create", "", "", "{\"Name\":\"" + kept + "\"}");
    api.ask("DELETE /volumes/{name}", kept, "");
    api.ask("POST /networks/prune", "", Conformance.filters("{\"label\":[\"conform\"]}"));
    api.ask("POST /networks/prune", "", Conformance.filters("{\"label\":[\"conform\"]}"));
    String other = containers.network();
    api.ask("POST /networks/create", "", "", "{\"Name\":\"" + other + "\"}");
    api.ask("DELETE /networks/{id}", other, "");
  }

  /** What is refused, is refused in the form that the definition has for it. */
  private static void refusals(Conformance api) throws IOException {
    api.refused(404, "GET " + ONE + "/json", "no-such", "", "");
    api.refused(404, "POST " + ONE + "/start", "no-such", "", "");
    api.refused(404, "GET /images/{name}/json", "no-such", "", "");
    api.refused(404, "GET /networks/{id}", "no-such", "", "");
    api.refused(404, "GET /volumes/{name}", "no-such", "", "");
    api.refused(404, "GET /exec/{id}/json", "no-such", "", "");
    api.refused(400, "POST /containers/create", "", "", "{");
    api.refused(403, "DELETE /networks/{id}", "bridge", "", "");
  }
}
