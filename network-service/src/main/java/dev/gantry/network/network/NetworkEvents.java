package dev.gantry.network.network;

import dev.gantry.delivery.Message;
import dev.gantry.delivery.Outbox;
import dev.gantry.engine.EngineEvent;
import dev.gantry.events.Event;
import dev.gantry.events.EventCodec;
import dev.gantry.events.NetworkState;
import dev.gantry.events.Topics;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import org.jooq.DSLContext;

/** Tells, in the transaction that changes them, what networks are and what happens to them. */
final class NetworkEvents {
  private static final String SOURCE = "/network-service";

  private final Outbox outbox;
  private final InstantSource clock;

  NetworkEvents(Outbox outbox, InstantSource clock) {
    this.outbox = outbox;
    this.clock = clock;
  }

  /** The last word on a network. */
  void is(DSLContext transaction, NetworkRecord network) {
    var state =
        new NetworkState(network.id(), network.team(), network.version(), network.toEngine());
    append(
        transaction,
        Topics.NETWORK_STATE,
        new Event<>(
            UUID.randomUUID().toString(),
            SOURCE,
            "dev.gantry.network.state.v1",
            network.id(),
            clock.instant(),
            network.team().value(),
            null,
            state));
  }

  /** There is no such network any more. */
  void isGone(DSLContext transaction, NetworkRecord network) {
    append(
        transaction,
        Topics.NETWORK_STATE,
        new Event<NetworkState>(
            UUID.randomUUID().toString(),
            SOURCE,
            "dev.gantry.network.state.v1",
            network.id(),
            clock.instant(),
            network.team().value(),
            null,
            null));
  }

  /**
   * @param action create or destroy
   */
  void happened(DSLContext transaction, NetworkRecord network, String action) {
    Instant at = clock.instant();
    long nanos = at.getEpochSecond() * 1_000_000_000L + at.getNano();
    append(
        transaction,
        Topics.NETWORK_EVENTS,
        new Event<>(
            UUID.randomUUID().toString(),
            SOURCE,
            "dev.gantry.network." + action + ".v1",
            network.id(),
            at,
            network.team().value(),
            null,
            EngineEvent.of(
                "network",
                action,
                network.id(),
                Map.of("name", network.name(), "type", network.driver()),
                nanos)));
  }

  private void append(DSLContext transaction, Topics topic, Event<?> event) {
    outbox.append(transaction, Message.of(EventCodec.toRecord(topic, event)));
  }
}
