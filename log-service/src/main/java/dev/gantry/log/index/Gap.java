package dev.gantry.log.index;

/**
 * Bytes of a container's log file that never came.
 *
 * @param beforeLine the line in front of which they are missing
 */
public record Gap(long beforeLine, long from, long to) {

  /** How it is shown to those who read the output. */
  public String text() {
    return "[gantry: " + (to - from) + " bytes of output are missing here]";
  }
}
