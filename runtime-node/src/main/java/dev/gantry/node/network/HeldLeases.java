package dev.gantry.node.network;

import dev.gantry.engine.EngineJson;
import dev.gantry.node.kernel.DurableFile;
import dev.gantry.services.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/** The leases that this node holds; each change is on disk before it counts. */
final class HeldLeases {
  private record Stored(List<HeldLease> leases) {}

  private final Path file;
  private List<HeldLease> all = List.of();

  HeldLeases(Path file) throws IOException {
    this.file = file;
    if (Files.exists(file)) {
      all =
          List.copyOf(EngineJson.MAPPER.readValue(Files.readAllBytes(file), Stored.class).leases());
    }
  }

  synchronized List<HeldLease> all() {
    return all;
  }

  /** The leases that have been granted, of those that {@code which} takes. */
  List<Lease> granted(Predicate<HeldLease> which) {
    List<Lease> granted = new ArrayList<>();
    for (HeldLease one : all()) {
      if (one.lease() != null && which.test(one)) {
        granted.add(one.lease());
      }
    }
    return granted;
  }

  synchronized void add(HeldLease one) throws IOException {
    List<HeldLease> next = new ArrayList<>(all);
    next.add(one);
    store(next);
  }

  synchronized void replace(HeldLease before, HeldLease after) throws IOException {
    List<HeldLease> next = new ArrayList<>(all);
    next.remove(before);
    next.add(after);
    store(next);
  }

  synchronized void remove(Collection<HeldLease> gone) throws IOException {
    List<HeldLease> next = new ArrayList<>(all);
    if (next.removeAll(gone)) {
      store(next);
    }
  }

  private void store(List<HeldLease> next) throws IOException {
    DurableFile.write(file, EngineJson.MAPPER.writeValueAsBytes(new Stored(next)));
    all = List.copyOf(next);
  }
}
