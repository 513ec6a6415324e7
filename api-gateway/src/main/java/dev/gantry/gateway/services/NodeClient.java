package dev.gantry.gateway.services;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.gantry.engine.ContainerId;
import dev.gantry.engine.ContainerInspect;
import dev.gantry.engine.ContainerTop;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.ExecCreateRequest;
import dev.gantry.engine.ExecId;
import dev.gantry.engine.ExecInspect;
import dev.gantry.engine.ExecStartRequest;
import dev.gantry.engine.IdResponse;
import dev.gantry.engine.Volume;
import dev.gantry.engine.VolumeCreateOptions;
import dev.gantry.events.ContainerSnapshot;
import dev.gantry.events.NodeState;
import dev.gantry.gateway.call.Caller;
import dev.gantry.services.CommitContainer;
import dev.gantry.services.CreateContainer;
import dev.gantry.services.Created;
import dev.gantry.services.JoinNetwork;
import dev.gantry.services.NodeApi;
import dev.gantry.services.Transition;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One node, asked for one caller. */
public final class NodeClient implements NodeApi {
  private static final String JSON = "application/json";
  private static final Duration PULL = Duration.ofMinutes(10);
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final int DEFAULT_STOP_SECONDS = 60;

  private final Exchanges exchanges;
  private final Peer peer;
  private final Caller caller;

  public NodeClient(Exchanges exchanges, Peer peer, Caller caller) {
    this.exchanges = exchanges;
    this.peer = peer;
    this.caller = caller;
  }

  @Override
  public Created create(CreateContainer request) {
    Ask ask =
        ask("create container " + request.name(), "POST", "/containers")
            .body(JSON, EngineJson.MAPPER.writeValueAsBytes(request))
            .within(PULL);
    return exchanges.json(peer, ask, Created.class);
  }

  @Override
  public List<ContainerSnapshot> list() {
    return List.of(
        exchanges.json(
            peer, ask("list containers", "GET", "/containers"), ContainerSnapshot[].class));
  }

  @Override
  public ContainerSnapshot snapshot(ContainerId id) {
    return exchanges.json(
        peer,
        ask("look at container " + id.shortForm(), "GET", "/containers/" + id + "/snapshot"),
        ContainerSnapshot.class);
  }

  @Override
  public ContainerInspect inspect(ContainerId id, boolean size) {
    return exchanges.json(peer, inspectOf(id, size), ContainerInspect.class);
  }

  private Ask inspectOf(ContainerId id, boolean size) {
    return ask(
        "inspect container " + id.shortForm(), "GET", "/containers/" + id + "/json?size=" + size);
  }

  /** As {@link #inspect}, as it came: for an answer that only passes through. */
  public JsonNode inspection(ContainerId id, boolean size) {
    return exchanges.json(peer, inspectOf(id, size), JsonNode.class);
  }

  @Override
  public Transition start(ContainerId id) {
    return exchanges.json(
        peer,
        ask("start container " + id.shortForm(), "POST", "/containers/" + id + "/start"),
        Transition.class);
  }

  @Override
  public Transition stop(ContainerId id, @Nullable Integer t, @Nullable String signal) {
    return ended("stop", id, t, signal);
  }

  @Override
  public Transition restart(ContainerId id, @Nullable Integer t, @Nullable String signal) {
    return ended("restart", id, t, signal);
  }

  private Transition ended(
      String action, ContainerId id, @Nullable Integer t, @Nullable String signal) {
    int seconds = t == null ? DEFAULT_STOP_SECONDS : t;
    Ask ask =
        ask(
                action + " container " + id.shortForm(),
                "POST",
                "/containers/" + id + "/" + action + query("t", t, "signal", signal))
            .within(seconds < 0 ? Duration.ZERO : GRACE.plusSeconds(seconds));
    return exchanges.json(peer, ask, Transition.class);
  }

  @Override
  public Transition kill(ContainerId id, @Nullable String signal) {
    return transition("kill", id, query("signal", signal));
  }

  @Override
  public Transition pause(ContainerId id) {
    return transition("pause", id, "");
  }

  @Override
  public Transition unpause(ContainerId id) {
    return transition("unpause", id, "");
  }

  @Override
  public Transition rename(ContainerId id, String name) {
    return transition("rename", id, query("name", name));
  }

  private Transition transition(String action, ContainerId id, String query) {
    return exchanges.json(
        peer,
        ask(
            action + " container " + id.shortForm(),
            "POST",
            "/containers/" + id + "/" + action + query),
        Transition.class);
  }

  @Override
  public void resize(ContainerId id, int h, int w) {
    exchanges.done(
        peer,
        ask(
            "resize container " + id.shortForm(),
            "POST",
            "/containers/" + id + "/resize" + query("h", h, "w", w)));
  }

  @Override
  public void remove(ContainerId id, boolean v, boolean force) {
    exchanges.done(
        peer,
        ask(
            "remove container " + id.shortForm(),
            "DELETE",
            "/containers/" + id + query("v", v, "force", force)));
  }

  @Override
  public Transition connect(ContainerId id, JoinNetwork request) {
    Ask ask =
        ask("connect container " + id.shortForm(), "POST", "/containers/" + id + "/networks")
            .body(JSON, EngineJson.MAPPER.writeValueAsBytes(request));
    return exchanges.json(peer, ask, Transition.class);
  }

  @Override
  public Transition unlink(ContainerId id, String alias) {
    return exchanges.json(
        peer,
        ask(
            "unlink container " + id.shortForm(),
            "DELETE",
            "/containers/" + id + "/links/" + encoded(alias)),
        Transition.class);
  }

  @Override
  public Transition disconnect(ContainerId id, String network) {
    return exchanges.json(
        peer,
        ask(
            "disconnect container " + id.shortForm(),
            "DELETE",
            "/containers/" + id + "/networks/" + encoded(network)),
        Transition.class);
  }

  @Override
  public void forgetNetwork(String id) {
    exchanges.done(peer, ask("forget a network", "DELETE", "/networks/" + encoded(id)));
  }

  @Override
  public ContainerTop top(ContainerId id, @Nullable String psArgs) {
    return exchanges.json(
        peer,
        ask(
            "list the processes of container " + id.shortForm(),
            "GET",
            "/containers/" + id + "/top" + query("ps_args", psArgs)),
        ContainerTop.class);
  }

  @Override
  public IdResponse createExec(ContainerId id, ExecCreateRequest request) {
    Ask ask =
        ask("create an exec in container " + id.shortForm(), "POST", "/containers/" + id + "/exec")
            .body(JSON, EngineJson.MAPPER.writeValueAsBytes(request));
    return exchanges.json(peer, ask, IdResponse.class);
  }

  @Override
  public IdResponse commit(ContainerId id, CommitContainer request) {
    Ask ask =
        ask("commit container " + id.shortForm(), "POST", "/containers/" + id + "/commit")
            .body(JSON, EngineJson.MAPPER.writeValueAsBytes(request))
            .within(Duration.ZERO);
    return exchanges.json(peer, ask, IdResponse.class);
  }

  @Override
  public ExecInspect inspectExec(ExecId id) {
    return exchanges.json(
        peer, ask("inspect an exec", "GET", "/exec/" + id + "/json"), ExecInspect.class);
  }

  @Override
  public void resizeExec(ExecId id, int h, int w) {
    exchanges.done(
        peer, ask("resize an exec", "POST", "/exec/" + id + "/resize" + query("h", h, "w", w)));
  }

  /** Starts an exec that nobody listens to. */
  public void startDetached(ExecId id, ExecStartRequest request) {
    exchanges.done(peer, startOf(id, request));
  }

  /** Starts an exec and attaches to it. */
  public Tunnel startAttached(ExecId id, ExecStartRequest request) {
    return exchanges.stream(peer, startOf(id, request));
  }

  private Ask startOf(ExecId id, ExecStartRequest request) {
    return ask("start an exec", "POST", "/exec/" + id + "/start")
        .body(JSON, EngineJson.MAPPER.writeValueAsBytes(request));
  }

  /**
   * Opens a stream of a container.
   *
   * @param method of the node's route
   * @param what attach, logs, wait or stats
   * @param query names and values in turn; absent ones are null
   */
  public Tunnel stream(String method, ContainerId id, String what, @Nullable Object... query) {
    return exchanges.stream(
        peer,
        ask(
            what + " container " + id.shortForm(),
            method,
            "/containers/" + id + "/" + what + query(query)));
  }

  @Override
  public List<Volume> volumes() {
    return List.of(
        exchanges.json(
            peer,
            ask("list volumes", "GET", "/volumes").within(Duration.ofSeconds(5)),
            Volume[].class));
  }

  /** What the caller's volumes take, but for those whose content is elsewhere. */
  public List<Volume> measuredVolumes() {
    return List.of(
        exchanges.json(peer, ask("measure volumes", "GET", "/volumes?size=true"), Volume[].class));
  }

  /** Removes the caller's unused volumes that the filters, in the Engine API's form, take. */
  public VolumesPruned pruneVolumes(String filters) {
    return exchanges.json(
        peer,
        ask("prune volumes", "POST", "/volumes/prune" + query("filters", filters)),
        VolumesPruned.class);
  }

  /** What a node pruned. */
  public record VolumesPruned(
      @JsonProperty("VolumesDeleted") List<String> deleted,
      @JsonProperty("SpaceReclaimed") long reclaimed) {}

  @Override
  public Volume createVolume(VolumeCreateOptions options) {
    Ask ask =
        ask("create a volume", "POST", "/volumes")
            .body(JSON, EngineJson.MAPPER.writeValueAsBytes(options));
    return exchanges.json(peer, ask, Volume.class);
  }

  @Override
  public Volume volume(String name) {
    return exchanges.json(
        peer, ask("inspect a volume", "GET", "/volumes/" + encoded(name)), Volume.class);
  }

  @Override
  public void removeVolume(String name, boolean force) {
    exchanges.done(
        peer,
        ask("remove a volume", "DELETE", "/volumes/" + encoded(name) + query("force", force)));
  }

  @Override
  public NodeState node() {
    return exchanges.json(peer, ask("ask a node's state", "GET", "/node"), NodeState.class);
  }

  @Override
  public List<String> check() {
    return List.of(exchanges.json(peer, ask("check a node", "GET", "/node/check"), String[].class));
  }

  private Ask ask(String what, String method, String path) {
    return Exchanges.forCaller(Ask.of(what, method, "/v1" + path), caller);
  }

  private static String query(@Nullable Object... pairs) {
    StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
    for (int i = 0; i + 1 < pairs.length; i += 2) {
      Object value = pairs[i + 1];
      if (value != null) {
        query.add(pairs[i] + "=" + encoded(value.toString()));
      }
    }
    return query.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
