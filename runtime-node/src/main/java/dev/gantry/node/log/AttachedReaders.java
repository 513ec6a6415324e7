package dev.gantry.node.log;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How far each client that is attached to a container has read its output: the rest is kept for it,
 * whatever the limit of the container's output.
 */
public final class AttachedReaders {
  private final Set<Reader> readers = ConcurrentHashMap.newKeySet();

  /** A new one, of whom nothing is known yet: so nothing is given up. */
  public Reader begin() {
    Reader reader = new Reader();
    readers.add(reader);
    return reader;
  }

  /** The offset that all have read up to; the last there can be where nobody is attached. */
  public long behind() {
    return readers.stream().mapToLong(reader -> reader.position).min().orElse(Long.MAX_VALUE);
  }

  /** One of them, until closed. */
  public final class Reader implements AutoCloseable {
    private volatile long position;

    /** Before this offset nothing is read any more. */
    public void at(long offset) {
      position = offset;
    }

    @Override
    public void close() {
      readers.remove(this);
    }
  }
}
