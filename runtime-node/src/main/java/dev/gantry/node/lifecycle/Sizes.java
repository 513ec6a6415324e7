package dev.gantry.node.lifecycle;

import dev.gantry.engine.Digest;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.InspectView;
import dev.gantry.node.snapshot.Layers;
import dev.gantry.node.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How large file systems are. A layer never changes, so it is measured once. */
public final class Sizes {
  private final SnapshotStore snapshots;
  private final Layers layers;
  private final Map<Digest, Long> measured = new ConcurrentHashMap<>();

  public Sizes(SnapshotStore snapshots, Layers layers) {
    this.snapshots = snapshots;
    this.layers = layers;
  }

  public InspectView.Sizes of(ContainerRecord record) throws IOException {
    long changed = snapshots.usage(record.id());
    long all = changed;
    for (Digest diffId : record.spec().image().diffIds()) {
      Long known = measured.get(diffId);
      if (known == null) {
        known = measure(layers.folder(diffId));
        measured.put(diffId, known);
      }
      all += known;
    }
    return new InspectView.Sizes(changed, all);
  }

  private static long measure(Path folder) throws IOException {
    long[] sum = {0};
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            sum[0] += attributes.isRegularFile() ? attributes.size() : 0;
            return FileVisitResult.CONTINUE;
          }
        });
    return sum[0];
  }
}
