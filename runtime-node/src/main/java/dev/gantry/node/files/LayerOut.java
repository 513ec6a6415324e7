package dev.gantry.node.files;

import dev.gantry.node.archive.TreeArchive;
import dev.gantry.node.kernel.OpenFolder;
import java.io.IOException;

/**
 * Changes as the archive of a layer (OCI image-spec, layer.md): what is gone, and a folder that
 * hides all that was in it, are said by files of certain names. A file that a container itself gave
 * such a name would say what it does not mean, and is left out.
 */
final class LayerOut implements Changes.Sink {
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  private final TreeArchive archive;

  LayerOut(TreeArchive archive) {
    this.archive = archive;
  }

  @Override
  public void entry(OpenFolder parent, String name, String path, boolean isNew) throws IOException {
    if (!isMark(path)) {
      archive.entry(parent, name, path.substring(1));
    }
  }

  @Override
  public void folder(OpenFolder folder, String path, boolean isNew, boolean hides)
      throws IOException {
    if (!isMark(path)) {
      archive.bare(folder, path.substring(1));
      if (hides) {
        archive.mark(path.substring(1) + "/" + OPAQUE);
      }
    }
  }

  @Override
  public void removed(String path) throws IOException {
    if (!isMark(path)) {
      int slash = path.lastIndexOf('/') + 1;
      archive.mark(path.substring(1, slash) + WHITEOUT + path.substring(slash));
    }
  }

  /** Whether the path, or a folder on it, has a name that means something else in a layer. */
  private static boolean isMark(String path) {
    return path.contains("/" + WHITEOUT);
  }
}
