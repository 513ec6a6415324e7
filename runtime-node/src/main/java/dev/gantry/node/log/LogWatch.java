package dev.gantry.node.log;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Wakes the followers of log files when something was written. One inotify descriptor and one
 * thread for all; folders are watched only while somebody follows. A wake-up is a hint: a burst of
 * writes collapses into few.
 */
public final class LogWatch implements AutoCloseable {
  private static final long COLLAPSE_NANOS = 150_000;

  private final WatchService service;
  private final Map<Path, Folder> folders = new ConcurrentHashMap<>();

  private record Folder(WatchKey key, Set<Runnable> followers) {}

  public LogWatch() throws IOException {
    service = FileSystems.getDefault().newWatchService();
    Thread.ofPlatform().name("log-watch").daemon(true).start(this::run);
  }

  /**
   * Calls {@code follower} when a file in {@code folder} was written, until the answer is closed.
   */
  public AutoCloseable follow(Path folder, Runnable follower) throws IOException {
    synchronized (this) {
      Folder watched = folders.get(folder);
      if (watched == null) {
        WatchKey key =
            folder.register(
                service,
                StandardWatchEventKinds.ENTRY_MODIFY,
                StandardWatchEventKinds.ENTRY_CREATE);
        watched = new Folder(key, ConcurrentHashMap.newKeySet());
        folders.put(folder, watched);
      }
      watched.followers().add(follower);
    }
    return () -> leave(folder, follower);
  }

  private synchronized void leave(Path folder, Runnable follower) {
    Folder watched = folders.get(folder);
    if (watched != null) {
      watched.followers().remove(follower);
      if (watched.followers().isEmpty()) {
        folders.remove(folder);
        watched.key().cancel();
      }
    }
  }

  private void run() {
    try {
      while (true) {
        WatchKey key = service.take();
        key.pollEvents();
        if (key.watchable() instanceof Path folder) {
          Folder watched = folders.get(folder);
          if (watched != null) {
            watched.followers().forEach(Runnable::run);
          }
        }
        LockSupport.parkNanos(COLLAPSE_NANOS);
        key.reset();
      }
    } catch (InterruptedException | ClosedWatchServiceException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}
