package dev.gantry.image.quota;

import dev.gantry.engine.Digest;
import dev.gantry.engine.TeamId;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jooq.DSLContext;

/**
 * What a team has room for, while content comes of which nobody knows yet whether the team has it
 * already. What is longer than the room and than each of the team's blobs is something new, and is
 * refused as it comes; the rest when its digest is known.
 */
public final class Room {
  private final DSLContext database;
  private final Usage.Report before;
  private final long longest;
  private long taken;

  private Room(DSLContext database, Usage.Report before, long longest) {
    this.database = database;
    this.before = before;
    this.longest = longest;
  }

  public static Room of(DSLContext database, TeamId team) {
    Usage.Report report = Usage.of(database, team);
    long longest =
        report
            .left()
            .map(left -> Math.max(left, Usage.largest(database, team)))
            .orElse(Long.MAX_VALUE);
    return new Room(database, report, longest);
  }

  /** The content, no longer than it may be. */
  public InputStream bounded(InputStream content) {
    return new Bounded(content);
  }

  /** Takes a blob that has come. */
  public void take(Digest blob, long size) {
    if (before.left().isPresent() && !Usage.has(database, before.team(), blob)) {
      taken += size;
      before.require(taken);
    }
  }

  private final class Bounded extends FilterInputStream {
    private long came;

    Bounded(InputStream content) {
      super(content);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = super.read(into, offset, length);
      came += Math.max(0, count);
      if (came > longest) {
        before.require(Long.MAX_VALUE);
      }
      return count;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
