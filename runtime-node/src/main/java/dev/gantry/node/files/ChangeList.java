package dev.gantry.node.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.engine.FilesystemChange;
import dev.gantry.node.kernel.OpenFolder;
import java.util.function.Consumer;

/** What {@code docker diff} lists. */
final class ChangeList implements Changes.Sink {
  private static final int MODIFIED = 0;
  private static final int ADDED = 1;
  private static final int DELETED = 2;

  private final Consumer<FilesystemChange> to;

  ChangeList(Consumer<FilesystemChange> to) {
    this.to = to;
  }

  @Override
  public void entry(OpenFolder parent, String name, String path, boolean isNew) {
    add(path, isNew ? ADDED : MODIFIED);
  }

  @Override
  public void folder(OpenFolder folder, String path, boolean isNew, boolean hides) {
    add(path, isNew ? ADDED : MODIFIED);
  }

  @Override
  public void removed(String path) {
    add(path, DELETED);
  }

  private void add(String path, int kind) {
    to.accept(new FilesystemChange(new String(path.getBytes(ISO_8859_1), UTF_8), kind));
  }
}
