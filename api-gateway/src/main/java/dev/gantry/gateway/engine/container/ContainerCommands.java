package dev.gantry.gateway.engine.container;

import static dev.gantry.gateway.call.Failures.conflict;
import static dev.gantry.gateway.call.Failures.invalid;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.ContainerId;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.names.ContainerName;
import dev.gantry.gateway.names.Names;
import dev.gantry.gateway.services.NodeClient;
import dev.gantry.services.CommitContainer;
import dev.gantry.services.ServiceException;
import dev.gantry.services.Transition;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Commands on one container: its node does them, the answer says how it is now. */
final class ContainerCommands {
  private static final int DONE = 204;
  private static final int ALREADY = 304;

  /** A start's body from before 1.24 was the container's HostConfig; {@code {}} is still sent. */
  private static final int EMPTY_BODY = 7;

  private final Fleet fleet;
  private final Names names;

  ContainerCommands(Fleet fleet, Names names) {
    this.fleet = fleet;
    this.names = names;
  }

  private ContainerView container(Call call) {
    ContainerView container = fleet.containers().resolve(call.caller().team(), call.path("id"));
    call.resolved(container.id().value());
    return container;
  }

  private boolean change(Call call, BiFunction<NodeClient, ContainerId, Transition> command) {
    ContainerView container = container(call);
    return fleet
        .change(container, call.caller(), node -> command.apply(node, container.id()))
        .changed();
  }

  private static @Nullable Integer seconds(Call call) {
    return call.query().number("t").orElse(null);
  }

  private static @Nullable String signal(Call call) {
    return call.query().text("signal").orElse(null);
  }

  Answer start(Call call) {
    if (call.http().getContentLengthLong() > EMPTY_BODY) {
      throw invalid(
          "starting container with non-empty request body was deprecated since API v1.22 and"
              + " removed in v1.24");
    }
    return Answer.empty(change(call, NodeClient::start) ? DONE : ALREADY);
  }

  Answer stop(Call call) {
    boolean changed = change(call, (node, id) -> node.stop(id, seconds(call), signal(call)));
    return Answer.empty(changed ? DONE : ALREADY);
  }

  Answer restart(Call call) {
    change(call, (node, id) -> node.restart(id, seconds(call), signal(call)));
    return Answer.empty(DONE);
  }

  Answer kill(Call call) {
    change(call, (node, id) -> node.kill(id, signal(call)));
    return Answer.empty(DONE);
  }

  Answer pause(Call call) {
    change(call, NodeClient::pause);
    return Answer.empty(DONE);
  }

  Answer unpause(Call call) {
    change(call, NodeClient::unpause);
    return Answer.empty(DONE);
  }

  Answer rename(Call call) {
    String given = call.query().text("name").orElse("");
    if (given.isEmpty()) {
      throw invalid("Neither old nor new names may be empty");
    }
    ContainerView container = container(call);
    String name = ContainerName.parse(given);
    if (name.equals(container.name())) {
      throw invalid("Renaming a container with the same name as its current name");
    }
    names.rename(container, name);
    try {
      fleet.change(container, call.caller(), node -> node.rename(container.id(), name));
    } catch (ServiceException e) {
      names.rename(container, container.name());
      throw e;
    }
    return Answer.empty(DONE);
  }

  Answer resize(Call call) {
    int height = dimension(call, "h");
    int width = dimension(call, "w");
    ContainerView container = container(call);
    fleet.ask(
        container,
        call.caller(),
        node -> {
          node.resize(container.id(), height, width);
          return true;
        });
    return Answer.empty(200);
  }

  private static int dimension(Call call, String name) {
    return call.query()
        .number(name)
        .orElseThrow(() -> invalid("strconv.Atoi: parsing \"\": invalid syntax"));
  }

  Answer top(Call call) {
    ContainerView container = container(call);
    String arguments = call.query().text("ps_args").orElse(null);
    return Answer.json(
        fleet.ask(container, call.caller(), node -> node.top(container.id(), arguments)));
  }

  Answer commit(Call call) throws IOException {
    ContainerConfig config = call.json(ContainerConfig.class).orElse(null);
    String name = call.query().text("container").orElse("");
    call.about(name, null);
    ContainerView container = fleet.containers().resolve(call.caller().team(), name);
    call.resolved(container.id().value());
    var wanted =
        new CommitContainer(
            call.query().text("repo").orElse(""),
            call.query().text("tag").orElse(""),
            call.query().text("comment").orElse(""),
            call.query().text("author").orElse(""),
            call.query().flag("pause", true),
            call.query().texts("changes"),
            config);
    return Answer.json(
        201, fleet.ask(container, call.caller(), node -> node.commit(container.id(), wanted)));
  }

  Answer remove(Call call) {
    if (call.query().flag("link")) {
      return unlink(call);
    }
    ContainerView container = container(call);
    remove(container, call, call.query().flag("v"), call.query().flag("force"));
    return Answer.empty(DONE);
  }

  /** Takes the link away by whose name a container is called, {@code HOLDER/ALIAS}. */
  private Answer unlink(Call call) {
    container(call);
    String name = call.path("id").replaceFirst("^/", "");
    int slash = name.indexOf('/');
    if (slash < 0) {
      throw conflict("Conflict, cannot remove the default link name of the container");
    }
    String alias = name.substring(slash + 1);
    ContainerView holder =
        fleet.containers().resolve(call.caller().team(), name.substring(0, slash));
    fleet.change(holder, call.caller(), node -> node.unlink(holder.id(), alias));
    return Answer.empty(DONE);
  }

  /** Removes a container and lets go of its name. */
  void remove(ContainerView container, Call call, boolean volumes, boolean force) {
    Optional<ContainerView> now = fleet.containers().get(call.caller().team(), container.id());
    if (now.isPresent() && now.get().status().equals("removing")) {
      throw conflict("removal of container " + container.name() + " is already in progress");
    }
    fleet.ask(
        container,
        call.caller(),
        node -> {
          node.remove(container.id(), volumes, force);
          return true;
        });
    fleet.gone(container.id());
  }
}
