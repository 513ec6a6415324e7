package dev.gantry.node.kernel;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives the names in folders in the order of their bytes, as far as that needs little memory: of a
 * folder that has too many, all come as the kernel has them. A way down a tree has one of these, so
 * that neither many names nor many folders in each other cost more than {@value #MOST} bytes.
 */
public final class NameOrder {
  private static final int MOST = 1 << 20;

  /** Of a name in memory, beside its bytes. */
  private static final int OF_A_NAME = 64;

  private int left = MOST;

  /** What is done with a name. */
  @FunctionalInterface
  public interface Each {
    void name(String name) throws IOException;
  }

  /** Gives all names in a folder but {@code .} and {@code ..}. */
  public void each(OpenFolder folder, Each each) throws IOException {
    int before = left;
    try (OpenFolder.Names names = folder.names()) {
      List<String> held = new ArrayList<>();
      String name = names.next();
      // Half of it stays for the folders below.
      while (name != null && left > before / 2) {
        left -= OF_A_NAME + name.length();
        held.add(name);
        name = names.next();
      }
      if (name == null) {
        held.sort(null);
      }
      for (String one : held) {
        each.name(one);
      }
      held.clear();
      left = before;
      for (; name != null; name = names.next()) {
        each.name(name);
      }
    }
  }
}
