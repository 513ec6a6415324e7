package dev.gantry.log.query;

import dev.gantry.log.chunk.Block;
import dev.gantry.log.chunk.ChunkFiles;
import dev.gantry.log.chunk.Line;
import dev.gantry.log.index.Containers;
import dev.gantry.log.index.Gap;
import dev.gantry.log.index.Known;
import dev.gantry.log.index.Piece;
import dev.gantry.log.index.Pieces;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Walks a container's lines, one piece in memory at a time. */
public final class LogReader {
  private static final Logger log = LoggerFactory.getLogger(LogReader.class);

  private final DSLContext database;
  private final ChunkFiles files;

  public LogReader(DSLContext database, ChunkFiles files) {
    this.database = database;
    this.files = files;
  }

  /** Takes lines in order. */
  public interface Sink {
    /** Says whether more is wanted. */
    boolean line(Line line) throws IOException;

    /** Output is missing before the next line. */
    void gap(Gap gap) throws IOException;
  }

  /** Where reading ended: the number of the next line, and whether the sink had enough. */
  public record End(long next, boolean enough) {}

  /**
   * Gives out everything from a line on that is stored now.
   *
   * @param sinceNanos pieces that are wholly older may be passed over
   */
  public End read(Known container, long from, long sinceNanos, Sink sink) throws IOException {
    long next = from;
    while (true) {
      Optional<Piece> found = Pieces.next(database, container.id(), next, sinceNanos);
      if (found.isEmpty()) {
        return new End(next, false);
      }
      Piece piece = found.get();
      Deque<Gap> gaps =
          new ArrayDeque<>(
              Containers.gaps(
                  database, container.id(), Math.max(next, piece.firstLine()), piece.nextLine()));
      byte[] raw;
      try {
        raw = load(piece);
      } catch (NoSuchFileException _) {
        next = piece.nextLine(); // retention was quicker
        continue;
      } catch (IOException e) {
        log.error("cannot read lines {} of container {}", piece, container.id(), e);
        sink.gap(new Gap(piece.firstLine(), 0, piece.rawBytes()));
        next = piece.nextLine();
        continue;
      }
      long[] reached = {next};
      boolean more =
          Block.visit(
              raw,
              piece.firstLine(),
              next,
              line -> {
                while (!gaps.isEmpty() && gaps.getFirst().beforeLine() <= line.number()) {
                  sink.gap(gaps.removeFirst());
                }
                reached[0] = line.number() + 1;
                return sink.line(line);
              });
      next = more ? piece.nextLine() : reached[0];
      if (!more) {
        return new End(next, true);
      }
    }
  }

  /** The number of the line from which on only the last lines come that the query wants. */
  public long start(Known container, LogQuery query) throws IOException {
    if (query.tail().isEmpty()) {
      return container.firstLine();
    }
    long wanted = query.tail().getAsLong();
    if (wanted == 0) {
      return container.nextLine();
    }
    long before = container.nextLine();
    long toFind = -1;
    while (true) {
      Optional<Piece> found = Pieces.before(database, container.id(), before);
      if (found.isEmpty()) {
        return container.firstLine();
      }
      Piece piece = found.get();
      long end = before;
      Deque<Line> ends = new ArrayDeque<>();
      Deque<Line> last = new ArrayDeque<>();
      boolean _ =
          Block.visit(
              load(piece),
              piece.firstLine(),
              piece.firstLine(),
              line -> {
                if (line.number() < end && query.wants(line)) {
                  last.clear();
                  last.add(line);
                  if (!line.partial()) {
                    ends.addLast(line);
                  }
                }
                return line.number() < end;
              });
      if (toFind < 0 && !last.isEmpty()) {
        // The line end behind which the wanted lines begin; an unfinished last line is a line, too.
        toFind = last.getFirst().partial() ? wanted : wanted + 1;
      }
      if (toFind > 0 && ends.size() >= toFind) {
        for (long skip = toFind - 1; skip > 0; skip--) {
          ends.removeLast();
        }
        return ends.getLast().number() + 1;
      }
      toFind -= toFind > 0 ? ends.size() : 0;
      before = piece.firstLine();
    }
  }

  private byte[] load(Piece piece) throws IOException {
    return switch (piece.place()) {
      case Piece.Place.InFile(String name) -> Block.decompress(files.read(name), piece.rawBytes());
      case Piece.Place.InRow(byte[] block) -> Block.decompress(block, piece.rawBytes());
    };
  }
}
