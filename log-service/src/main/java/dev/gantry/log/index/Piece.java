package dev.gantry.log.index;

/**
 * Consecutive lines of one container, stored together.
 *
 * @param firstTime the earliest time in it, nanoseconds since the epoch
 */
public record Piece(
    long firstLine, int lines, long firstTime, long lastTime, int rawBytes, Place place) {

  /** Where the compressed block is. */
  public sealed interface Place {
    /** In a file of that name. */
    record InFile(String name) implements Place {}

    /** In the row itself, as it is too small for a file yet. */
    record InRow(byte[] block) implements Place {}
  }

  /** Number of the line behind the last. */
  public long nextLine() {
    return firstLine + lines;
  }
}
