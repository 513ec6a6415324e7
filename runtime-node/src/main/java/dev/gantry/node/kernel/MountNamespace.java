package dev.gantry.node.kernel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A mount namespace in which no process is (mount_namespaces(7)): a copy of the agent's own, in
 * which a file tree is put together that nobody else sees. It ends, with every mount that was made
 * in it, when this is closed or the agent dies.
 */
public final class MountNamespace implements AutoCloseable {
  private static final long CLONE_NEWNS = 0x20000;
  private static final int AT_FDCWD = -100;

  private final Fd namespace;
  private final Fd root;

  private MountNamespace(Fd namespace, Fd root) {
    this.namespace = namespace;
    this.root = root;
  }

  /** What is done on a thread that is in the namespace. */
  @FunctionalInterface
  public interface Assembly {
    /** Mounts what the tree consists of; answers its root. */
    Path assemble(Inside inside) throws IOException;
  }

  /** Makes a namespace and puts a tree together in it. */
  public static MountNamespace assemble(Assembly assembly) throws IOException {
    FutureTask<MountNamespace> task = new FutureTask<>(() -> onThread(assembly));
    // A thread that has been in another namespace is never used for anything else.
    Thread.ofPlatform().name("mounts").start(task);
    try {
      return task.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case null, default -> throw new IOException("cannot assemble a file tree", e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a file tree was assembled", e);
    }
  }

  private static MountNamespace onThread(Assembly assembly) throws IOException {
    Syscall.UNSHARE.call("mount namespace", CLONE_NEWNS);
    Mounts.makePrivate();
    Fd namespace = RootedPaths.open(AT_FDCWD, "/proc/thread-self/ns/mnt", 0, 0, 0);
    try (Inside inside = new Inside(namespace)) {
      Path root = assembly.assemble(inside);
      return new MountNamespace(namespace, RootedPaths.locateFolder(root));
    } catch (IOException | RuntimeException e) {
      namespace.close();
      throw e;
    }
  }

  /** The root of the tree; paths below it are walked by {@link RootedPaths#in(Fd)}. */
  public Fd root() {
    return root;
  }

  @Override
  public void close() {
    root.close();
    namespace.close();
  }

  /** The namespace while the tree is put together. */
  public static final class Inside implements AutoCloseable {
    private final Fd namespace;
    private final List<Fd> taken = new ArrayList<>();

    private Inside(Fd namespace) {
      this.namespace = namespace;
    }

    /**
     * Takes over what a process has mounted in its own namespace, at the same places.
     *
     * @param places below the root of the process; those where nothing is are left out
     * @param root of the tree that is put together
     */
    public void takeOver(PidFd process, List<String> places, Path root) throws IOException {
      Map<String, Fd> found = new LinkedHashMap<>();
      Syscall.SETNS.call(process.fd().subject(), process.fd().number(), CLONE_NEWNS);
      try (RootedPaths theirs = RootedPaths.in(Path.of("/"))) {
        for (String place : places) {
          try (Fd at = theirs.locate(place)) {
            Fd copy = Mounts.copy(at);
            taken.add(copy);
            found.put(place, copy);
          } catch (KernelException e) {
            if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR)) {
              throw e;
            }
          }
        }
      } finally {
        Syscall.SETNS.call("mount namespace", namespace.number(), CLONE_NEWNS);
      }
      try (RootedPaths inside = RootedPaths.in(root)) {
        for (Map.Entry<String, Fd> mount : found.entrySet()) {
          try (Fd target = inside.locate(mount.getKey())) {
            Mounts.attach(mount.getValue(), target);
          }
        }
      }
    }

    /**
     * Mounts a folder or file of the host at a place in the tree.
     *
     * @param part of the source, walked inside it; empty for all
     */
    public void bind(Path source, String part, String place, boolean readOnly, Path root)
        throws IOException {
      if (part.isEmpty()) {
        bind(source.toString(), place, root);
      } else {
        try (RootedPaths inside = RootedPaths.in(source);
            Fd found = inside.locate(part)) {
          bind(found.path(), place, root);
        }
      }
      if (readOnly) {
        try (RootedPaths inside = RootedPaths.in(root);
            Fd mounted = inside.locate(place)) {
          Mounts.makeReadOnly(Path.of(mounted.path()));
        }
      }
    }

    private static void bind(String source, String place, Path root) throws IOException {
      try (RootedPaths inside = RootedPaths.in(root);
          Fd target = inside.locate(place)) {
        Mounts.bind(source, Path.of(target.path()));
      }
    }

    @Override
    public void close() {
      taken.forEach(Fd::close);
    }
  }
}
