package dev.gantry.audit.trail;

import com.fasterxml.jackson.annotation.JsonRawValue;

/**
 * One record of a team's trail.
 *
 * @param sequence from 1, without gaps
 * @param content the call as JSON, as it was hashed
 * @param previous hash of the record before
 */
public record AuditRecord(
    String team,
    long sequence,
    String eventId,
    @JsonRawValue String content,
    String previous,
    String hash) {

  /** Whether the record's own hash is what its parts say. */
  public boolean isIntact() {
    return Chain.next(previous, team, sequence, content).equals(hash);
  }
}
