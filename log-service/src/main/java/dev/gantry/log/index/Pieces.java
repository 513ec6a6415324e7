package dev.gantry.log.index;

import static dev.gantry.log.db.Tables.CHUNK;
import static dev.gantry.log.db.Tables.TAIL;

import dev.gantry.engine.ContainerId;
import dev.gantry.log.chunk.Block;
import dev.gantry.log.db.tables.records.TailRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;

/** Where the lines of each container are. */
public final class Pieces {
  private Pieces() {}

  /** Bytes, uncompressed, that are not in a file yet. */
  public static int tailBytes(DSLContext transaction, ContainerId id) {
    BigDecimal sum =
        transaction
            .select(DSL.sum(TAIL.RAW_BYTES))
            .from(TAIL)
            .where(TAIL.CONTAINER.eq(id.value()))
            .fetchOne(0, BigDecimal.class);
    return sum == null ? 0 : sum.intValue();
  }

  /** The pieces that are not in a file yet, in order. */
  public static List<Piece> tails(DSLContext transaction, ContainerId id) {
    return transaction
        .selectFrom(TAIL)
        .where(TAIL.CONTAINER.eq(id.value()))
        .orderBy(TAIL.FIRST_LINE)
        .fetch(Pieces::piece);
  }

  public static void addTail(
      DSLContext transaction, ContainerId id, long firstLine, Block block, Instant now) {
    transaction
        .insertInto(TAIL)
        .set(TAIL.CONTAINER, id.value())
        .set(TAIL.FIRST_LINE, firstLine)
        .set(TAIL.LINES, block.lines())
        .set(TAIL.FIRST_TIME, block.firstTime())
        .set(TAIL.LAST_TIME, block.lastTime())
        .set(TAIL.RAW_BYTES, block.raw().length)
        .set(TAIL.BLOCK, block.compress())
        .set(TAIL.STORED_AT, Containers.at(now))
        .execute();
  }

  public static void removeTails(DSLContext transaction, ContainerId id, long beforeLine) {
    transaction
        .deleteFrom(TAIL)
        .where(TAIL.CONTAINER.eq(id.value()), TAIL.FIRST_LINE.lt(beforeLine))
        .execute();
  }

  public static void addChunk(
      DSLContext transaction,
      Known container,
      long firstLine,
      Block block,
      int storedBytes,
      String file) {
    transaction
        .insertInto(CHUNK)
        .set(CHUNK.CONTAINER, container.id())
        .set(CHUNK.FIRST_LINE, firstLine)
        .set(CHUNK.LINES, block.lines())
        .set(CHUNK.FIRST_TIME, block.firstTime())
        .set(CHUNK.LAST_TIME, block.lastTime())
        .set(CHUNK.RAW_BYTES, block.raw().length)
        .set(CHUNK.STORED_BYTES, storedBytes)
        .set(CHUNK.TEAM, container.team())
        .set(CHUNK.FILE, file)
        .execute();
  }

  /**
   * The piece that has line {@code from}, or the first behind it, that has lines since a time. One
   * statement sees one state: lines that move from rows into a file meanwhile are in one of them.
   */
  public static Optional<Piece> next(DSLContext database, String id, long from, long sinceNanos) {
    Field<byte[]> nothing = DSL.inline(null, TAIL.BLOCK);
    Field<String> nowhere = DSL.inline(null, CHUNK.FILE);
    return database
        .select(
            CHUNK.FIRST_LINE,
            CHUNK.LINES,
            CHUNK.FIRST_TIME,
            CHUNK.LAST_TIME,
            CHUNK.RAW_BYTES,
            CHUNK.FILE,
            nothing.as(TAIL.BLOCK))
        .from(CHUNK)
        .where(
            CHUNK.CONTAINER.eq(id),
            CHUNK.FIRST_LINE.ge(
                DSL.coalesce(
                    DSL.field(
                        DSL.select(DSL.max(CHUNK.FIRST_LINE))
                            .from(CHUNK)
                            .where(CHUNK.CONTAINER.eq(id), CHUNK.FIRST_LINE.le(from))),
                    DSL.inline(0L))),
            CHUNK.FIRST_LINE.plus(CHUNK.LINES).gt(from),
            CHUNK.LAST_TIME.ge(sinceNanos))
        .unionAll(
            DSL.select(
                    TAIL.FIRST_LINE,
                    TAIL.LINES,
                    TAIL.FIRST_TIME,
                    TAIL.LAST_TIME,
                    TAIL.RAW_BYTES,
                    nowhere.as(CHUNK.FILE),
                    TAIL.BLOCK)
                .from(TAIL)
                .where(
                    TAIL.CONTAINER.eq(id),
                    TAIL.FIRST_LINE.plus(TAIL.LINES).gt(from),
                    TAIL.LAST_TIME.ge(sinceNanos)))
        .orderBy(1)
        .limit(1)
        .fetchOptional(
            row ->
                new Piece(
                    row.value1(),
                    row.value2(),
                    row.value3(),
                    row.value4(),
                    row.value5(),
                    row.value6() == null
                        ? new Piece.Place.InRow(row.value7())
                        : new Piece.Place.InFile(row.value6())));
  }

  /** The files of a container that hold lines. */
  static Set<String> files(DSLContext database, ContainerId id) {
    return database
        .select(CHUNK.FILE)
        .from(CHUNK)
        .where(CHUNK.CONTAINER.eq(id.value()))
        .fetchSet(CHUNK.FILE);
  }

  private static Piece piece(TailRecord row) {
    return new Piece(
        row.getFirstLine(),
        row.getLines(),
        row.getFirstTime(),
        row.getLastTime(),
        row.getRawBytes(),
        new Piece.Place.InRow(row.getBlock()));
  }
}
