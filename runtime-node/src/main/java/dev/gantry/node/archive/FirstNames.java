package dev.gantry.node.archive;

import dev.gantry.node.kernel.FileStatus;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names under which files with several names came first. One is forgotten with the last of the
 * file's names; where there is no memory for more, further names are not known as such, and the
 * file is written again.
 */
final class FirstNames {
  /** Of one that is remembered, beside its characters. */
  private static final int OF_A_NAME = 192;

  private record Inode(long device, long number) {}

  private record First(String name, int left) {}

  private final Map<Inode, First> known = new HashMap<>();
  private final Memory memory;
  private long used;
  private long had;

  FirstNames(Memory memory) {
    this.memory = memory;
  }

  /** The name that the file had first; null where it has it now. */
  @Nullable String of(FileStatus file, String name) {
    if (file.links() < 2) {
      return null;
    }
    var inode = new Inode(file.device(), file.inode());
    First first = known.get(inode);
    if (first == null) {
      remember(inode, new First(name, file.links() - 1));
      return null;
    }
    if (first.left() > 1) {
      known.put(inode, new First(first.name(), first.left() - 1));
    } else {
      known.remove(inode);
      used -= weight(first);
    }
    return first.name();
  }

  private void remember(Inode inode, First first) {
    while (used + weight(first) > had) {
      if (!memory.more()) {
        return;
      }
      had += Memory.PIECE_BYTES;
    }
    used += weight(first);
    known.put(inode, first);
  }

  private static int weight(First first) {
    return OF_A_NAME + first.name().length();
  }
}
