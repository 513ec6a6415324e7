package dev.gantry.gateway.engine.container;

import static dev.gantry.gateway.call.Failures.invalid;

import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Query;
import dev.gantry.gateway.call.Times;
import dev.gantry.gateway.call.WebSocketHandshake;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.services.LogClient;
import dev.gantry.gateway.services.Tunnel;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** What of a container flows: attach, logs, wait, stats. */
final class ContainerStreams {
  private static final Duration RESTART = Duration.ofSeconds(8);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final Set<String> CONDITIONS = Set.of("", "not-running", "next-exit", "removed");

  private final Fleet fleet;
  private final LogClient logs;
  private final RemovedContainers removed;

  ContainerStreams(Fleet fleet, LogClient logs, RemovedContainers removed) {
    this.fleet = fleet;
    this.logs = logs;
    this.removed = removed;
  }

  private ContainerView container(Call call) {
    ContainerView container = fleet.containers().resolve(call.caller().team(), call.path("id"));
    call.resolved(container.id().value());
    return container;
  }

  Answer attach(Call call) {
    Query query = call.query();
    Tunnel tunnel =
        attach(call, true, query.flag("stdin"), query.flag("stdout"), query.flag("stderr"));
    return new Answer.Hijack(tunnel.contentType(), tunnel);
  }

  /** The very bytes, of both streams as they come: a websocket has no frames of the engine's. */
  Answer attachWebSocket(Call call) {
    WebSocketHandshake.require(call.http());
    Query query = call.query();
    // Before it could be chosen, everything was attached.
    boolean all = call.version().isBefore(1, 42);
    Tunnel tunnel =
        attach(
            call,
            false,
            all || query.flag("stdin"),
            all || query.flag("stdout"),
            all || query.flag("stderr"));
    return new Answer.WebSocket(call.version().isBefore(1, 28), tunnel);
  }

  private Tunnel attach(Call call, boolean framed, boolean stdin, boolean stdout, boolean stderr) {
    ContainerView container = container(call);
    Query query = call.query();
    return fleet.ask(
        container,
        call.caller(),
        node ->
            node.stream(
                "POST",
                container.id(),
                "attach",
                "stream",
                query.flag("stream"),
                "logs",
                query.flag("logs"),
                "framed",
                framed,
                "stdin",
                stdin,
                "stdout",
                stdout,
                "stderr",
                stderr,
                "detachKeys",
                query.text("detachKeys").orElse(null)));
  }

  Answer logs(Call call) {
    Query query = call.query();
    if (!query.flag("stdout") && !query.flag("stderr")) {
      throw invalid("Bad parameters: you must choose at least one stream");
    }
    for (String time : new String[] {"since", "until"}) {
      query.text(time).ifPresent(Times::parse);
    }
    ContainerView container;
    try {
      container = container(call);
    } catch (ServiceException e) {
      Optional<Answer> kept = removed.logs(call);
      if (e.code() == ErrorCode.NOT_FOUND && kept.isPresent()) {
        return kept.get();
      }
      throw e;
    }
    Optional<Tunnel> tunnel =
        patiently(
            container,
            () ->
                fleet.ask(
                    container,
                    call.caller(),
                    node ->
                        node.stream(
                            "GET",
                            container.id(),
                            "logs",
                            "follow",
                            query.flag("follow"),
                            "stdout",
                            query.flag("stdout"),
                            "stderr",
                            query.flag("stderr"),
                            "since",
                            query.text("since").orElse(null),
                            "until",
                            query.text("until").orElse(null),
                            "timestamps",
                            query.flag("timestamps"),
                            "tail",
                            query.text("tail").orElse(null),
                            "details",
                            query.flag("details"))));
    if (tunnel.isEmpty()) {
      return logs.read(
          container.id(),
          call.caller(),
          call.query(),
          container.snapshot().nodeName()
              + " is down: what the container wrote last may be missing here until it is back");
    }
    return new Answer.Live(tunnel.get().contentType(), tunnel.get());
  }

  /**
   * A node whose agent restarts has lines that log-service has not yet: it is given the time.
   *
   * @return empty where the node stays away
   */
  private Optional<Tunnel> patiently(ContainerView container, Supplier<Tunnel> open) {
    long end = System.nanoTime() + RESTART.toNanos();
    while (true) {
      if (!fleet.unreachable(container)) {
        try {
          return Optional.of(open.get());
        } catch (ServiceException e) {
          // The agent may have gone a moment ago, before anybody noticed.
          if (e.code() != ErrorCode.UNAVAILABLE) {
            throw e;
          }
        }
      }
      if (System.nanoTime() > end || Thread.currentThread().isInterrupted()) {
        return Optional.empty();
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  /**
   * The headers go out once the node has registered the wait: a start that follows can't be missed.
   */
  Answer await(Call call) {
    String condition =
        call.version().isBefore(1, 30) ? "" : call.query().text("condition").orElse("");
    if (!CONDITIONS.contains(condition)) {
      throw invalid("invalid condition: \"" + condition + "\"");
    }
    ContainerView container = container(call);
    Tunnel tunnel =
        fleet.ask(
            container,
            call.caller(),
            node ->
                node.stream(
                    "POST",
                    container.id(),
                    "wait",
                    "condition",
                    condition.isEmpty() ? null : condition));
    return new Answer.Live(
        "application/json",
        new Awaited(
            tunnel,
            condition.equals("removed")
                ? () -> fleet.gone(container.id())
                : () -> fleet.refresh(container, call.caller())));
  }

  Answer stats(Call call) {
    ContainerView container = container(call);
    boolean stream = call.query().flag("stream", true);
    Tunnel tunnel =
        fleet.ask(
            container,
            call.caller(),
            node ->
                node.stream(
                    "GET",
                    container.id(),
                    "stats",
                    "stream",
                    stream,
                    "one-shot",
                    call.query().flag("one-shot")));
    return new Answer.Live("application/json", tunnel);
  }

  /** A wait, before whose answer the gateway learns what it means: the next look must show it. */
  private record Awaited(Tunnel tunnel, Runnable learn) implements Answer.Feed {
    @Override
    public void run(OutputStream client) throws IOException {
      tunnel.run(
          new OutputStream() {
            @Override
            public void write(int b) throws IOException {
              write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
              learn.run();
              client.write(bytes, offset, length);
            }

            @Override
            public void flush() throws IOException {
              client.flush();
            }
          });
    }

    @Override
    public void stop() {
      tunnel.stop();
    }
  }
}
