package dev.gantry.node.kernel;

import java.util.List;

/**
 * A file tree that nobody else sees: mounted nowhere, or in a mount namespace in which no process
 * is (mount_namespaces(7)). It ends when this is closed or the agent dies.
 */
public final class PrivateTree implements AutoCloseable {
  private final Fd root;
  private final List<Fd> held;

  PrivateTree(Fd root, List<Fd> held) {
    this.root = root;
    this.held = held;
  }

  /** A tree above which nothing is mounted. */
  public static PrivateTree of(Fd root) {
    return new PrivateTree(root, List.of());
  }

  /** The root of the tree; paths below it are walked by {@link RootedPaths#in(Fd)}. */
  public Fd root() {
    return root;
  }

  @Override
  public void close() {
    root.close();
    held.forEach(Fd::close);
  }
}
