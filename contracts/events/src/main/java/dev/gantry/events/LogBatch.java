package dev.gantry.events;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import java.util.List;

/**
 * Consecutive output of one container.
 *
 * @param offset where in the container's log file the first entry begins; with {@code nextOffset}
 *     it lets a reader drop what it has and see what is missing
 * @param nextOffset where the entry after the last begins
 * @param last the container was removed and nothing follows
 */
public record LogBatch(
    ContainerId container,
    TeamId team,
    NodeId node,
    long offset,
    long nextOffset,
    boolean last,
    List<Entry> entries) {

  /**
   * One line or part of a line.
   *
   * @param stream 1 stdout, 2 stderr
   * @param partial the line goes on in the next entry of the stream; {@code bytes} then has no
   *     newline at its end
   * @param timeNanos since the epoch
   * @param size bytes that it takes in the container's log file; the sizes of a batch add up to
   *     {@code nextOffset - offset}, so that a reader can cut a batch that repeats a part of what
   *     it has
   * @param bytes as written by the process, with its newline
   */
  public record Entry(int stream, boolean partial, long timeNanos, int size, byte[] bytes) {}
}
