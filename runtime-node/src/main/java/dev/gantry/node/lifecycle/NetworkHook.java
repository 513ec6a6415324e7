package dev.gantry.node.lifecycle;

import dev.gantry.node.container.Attachment;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.network.Sandbox;
import dev.gantry.node.network.Sandboxes;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;

/** The container's network namespace, its endpoint and its published ports. */
final class NetworkHook implements Hook {
  private final Sandboxes sandboxes;
  private final InstantSource clock;

  NetworkHook(Sandboxes sandboxes, InstantSource clock) {
    this.sandboxes = sandboxes;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "network";
  }

  @Override
  public void up(Assembly assembly) throws IOException {
    ContainerRecord record = assembly.record();
    String mode = String.valueOf(record.spec().host().networkMode());
    if (Donors.isJoin(mode)) {
      // All of it is the other container's.
      assembly.network(null, new Attachment("", "", Map.of(), Map.of()));
      return;
    }
    Sandbox sandbox =
        mode.equals("host") ? Sandboxes.ofHost() : sandboxes.create(Endpoints.request(record));
    Attachment attachment = Endpoints.attachment(record, sandbox);
    assembly.network(sandbox.namespace(), attachment);
    assembly
        .facts()
        .addAll(Endpoints.facts(record, attachment, "connect", Context.nanos(clock.instant())));
  }

  @Override
  public void down(ContainerRecord record) throws IOException {
    sandboxes.release(
        record.id(), Endpoints.sandbox(record).map(Sandbox::endpoints).orElse(Map.of()));
  }
}
