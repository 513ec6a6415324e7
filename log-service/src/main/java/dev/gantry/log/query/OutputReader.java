package dev.gantry.log.query;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
import dev.gantry.log.chunk.Block;
import dev.gantry.log.chunk.ChunkFiles;
import dev.gantry.log.chunk.Line;
import dev.gantry.log.index.Containers;
import dev.gantry.log.index.Known;
import dev.gantry.log.index.Piece;
import dev.gantry.log.index.Pieces;
import java.io.Flushable;
import java.io.IOException;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * Reads what is kept of a container's output, piece by piece: memory does not grow with its length.
 */
public final class OutputReader {
  private final DSLContext database;
  private final ChunkFiles files;

  public OutputReader(DSLContext database, ChunkFiles files) {
    this.database = database;
    this.files = files;
  }

  public Optional<Known> find(ContainerId id, TeamId team) {
    return Containers.find(database, id, team);
  }

  /** Hands the wanted lines to {@code visitor}, in order, until it has enough. */
  public void read(Known container, OutputQuery query, Block.Visitor visitor) throws IOException {
    var unused = readFrom(container, query, first(container, query), visitor);
  }

  /**
   * Goes on with what comes, until the node says that nothing follows or the follower has left.
   *
   * @param sent is flushed before each wait
   */
  public void follow(
      Known container,
      OutputQuery query,
      Followers.Follower follower,
      Flushable sent,
      Block.Visitor visitor)
      throws IOException, InterruptedException {
    long from = first(container, query);
    Optional<Known> now = Optional.of(container);
    while (now.isPresent()) {
      from = readFrom(now.get(), query, from, visitor);
      sent.flush();
      if (from < 0 || now.get().ended()) {
        return;
      }
      now = follower.next(now.get());
    }
  }

  private static long first(Known container, OutputQuery query) {
    long first = container.firstLine();
    return query.tail().isPresent()
        ? Math.max(first, container.nextLine() - query.tail().getAsLong())
        : first;
  }

  /**
   * Reads to the present end; answers the number of the line after it, or -1 where the visitor had
   * enough.
   */
  private long readFrom(Known container, OutputQuery query, long start, Block.Visitor visitor)
      throws IOException {
    long from = start;
    while (true) {
      Optional<Piece> next = Pieces.next(database, container.id(), from, query.since());
      if (next.isEmpty()) {
        return Math.max(from, start);
      }
      Piece piece = next.get();
      byte[] compressed =
          switch (piece.place()) {
            case Piece.Place.InFile(String name) -> files.read(name);
            case Piece.Place.InRow(byte[] block) -> block;
          };
      byte[] raw = Block.decompress(compressed, piece.rawBytes());
      boolean more =
          Block.visit(
              raw, piece.firstLine(), from, line -> !wanted(line, query) || visitor.line(line));
      if (!more) {
        return -1;
      }
      from = piece.nextLine();
    }
  }

  private static boolean wanted(Line line, OutputQuery query) {
    return (line.stream() == 1 ? query.stdout() : query.stderr())
        && line.timeNanos() >= query.since()
        && line.timeNanos() <= query.until();
  }
}
