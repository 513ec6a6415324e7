package dev.gantry.node.kernel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mount namespace with next to nothing in it, of which copies are made to mount one thing above
 * another. A copy of the agent's own would cost more with each container of the host, and keep the
 * mounts of all of them.
 */
public final class EmptyNamespace {
  private static final long CLONE_NEWNS = 0x20000;
  private static final Path PROC = Path.of("/proc");
  private static final String TREE = "tree";
  private static final String ASIDE = "aside";

  private @Nullable Fd template;

  /**
   * Something that is mounted above a tree.
   *
   * @param mount mounted nowhere yet
   * @param part of it, walked inside it; empty for all
   * @param place below the root of the tree
   */
  public record Above(Fd mount, String part, String place) {}

  /** What a tree is made above. */
  @FunctionalInterface
  public interface Root {
    /** Answers it mounted nowhere yet. */
    Fd mount() throws IOException;
  }

  /** Puts a tree together; takes over all that it is made of, also where it fails. */
  public PrivateTree assemble(Root root, List<Above> above) throws IOException {
    try {
      return above(root.mount(), above);
    } finally {
      above.forEach(one -> one.mount().close());
    }
  }

  private PrivateTree above(Fd root, List<Above> above) throws IOException {
    if (above.isEmpty()) {
      return PrivateTree.of(root);
    }
    try (Fd proc = RootedPaths.locateFolder(PROC)) {
      return ForeignThread.in(template(), () -> inCopy(proc, root, above));
    } catch (IOException | RuntimeException e) {
      root.close();
      throw e;
    }
  }

  private static PrivateTree inCopy(Fd proc, Fd root, List<Above> above) throws IOException {
    Syscall.UNSHARE.call("mount namespace", CLONE_NEWNS);
    Fd namespace = current(proc);
    try {
      Mounts.attach(root, "/" + TREE);
      for (Above one : above) {
        mount(root, one);
      }
      return new PrivateTree(root, List.of(namespace));
    } catch (IOException | RuntimeException e) {
      namespace.close();
      throw e;
    }
  }

  private static void mount(Fd root, Above one) throws IOException {
    try (RootedPaths tree = RootedPaths.in(root);
        Fd place = tree.locate(one.place())) {
      if (one.part().isEmpty()) {
        Mounts.attach(one.mount(), place);
        return;
      }
      // What is mounted nowhere has no parts that could be; the next one covers it.
      Mounts.attach(one.mount(), "/" + ASIDE);
      try (RootedPaths all = RootedPaths.in(one.mount());
          Fd part = all.locate(one.part());
          Fd copy = Mounts.copy(part)) {
        Mounts.attach(copy, place);
      }
    }
  }

  /**
   * What a process has mounted in its own namespace, mounted nowhere yet.
   *
   * @param places below the root of the process; those where nothing is are left out
   */
  public static List<Above> ofProcess(PidFd process, List<String> places) throws IOException {
    return ForeignThread.in(
        process.fd(),
        () -> {
          List<Above> found = new ArrayList<>();
          try (RootedPaths theirs = RootedPaths.in(Path.of("/"))) {
            for (String place : places) {
              try (Fd at = theirs.locate(place)) {
                found.add(new Above(Mounts.copy(at), "", place));
              } catch (KernelException e) {
                if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR)) {
                  throw e;
                }
              }
            }
          } catch (IOException | RuntimeException e) {
            found.forEach(one -> one.mount().close());
            throw e;
          }
          return found;
        });
  }

  private synchronized Fd template() throws IOException {
    Fd there = template;
    if (there == null) {
      there = ForeignThread.run(EmptyNamespace::make);
      template = there;
    }
    return there;
  }

  /** Leaves all but a small file system behind, as switch_root does it (pivot_root(2)). */
  private static Fd make() throws IOException {
    Syscall.UNSHARE.call("mount namespace", CLONE_NEWNS);
    Mounts.makePrivate();
    try (Fd proc = RootedPaths.locateFolder(PROC);
        Fd tmpfs = Mounts.tmpfs(TREE, ASIDE)) {
      Mounts.attach(tmpfs, PROC.toString());
      Mounts.becomeRoot(tmpfs);
      return current(proc);
    }
  }

  /** There is no {@code /proc} in the namespace itself. */
  private static Fd current(Fd proc) throws KernelException {
    return RootedPaths.open(proc.number(), "thread-self/ns/mnt", 0, 0, 0);
  }
}
