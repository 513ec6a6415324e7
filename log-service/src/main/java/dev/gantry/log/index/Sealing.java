package dev.gantry.log.index;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
import dev.gantry.log.chunk.Block;
import dev.gantry.log.chunk.BlockWriter;
import dev.gantry.log.chunk.ChunkFiles;
import java.io.IOException;
import java.time.Instant;
import org.jooq.DSLContext;

/**
 * Puts new lines where they belong: few into a row, and once enough have gathered, all of them into
 * a file. The file is durable before the transaction that speaks of it commits; if that fails,
 * nobody speaks of the file, and {@link Sweep} removes it.
 */
public final class Sealing {
  private final ChunkFiles files;
  private final int sealBytes;

  /**
   * @param sealBytes so many uncompressed bytes are worth a file
   */
  public Sealing(ChunkFiles files, int sealBytes) {
    this.files = files;
    this.sealBytes = sealBytes;
  }

  /** Stores lines behind those that are there; the container's row is locked by the caller. */
  public void store(
      DSLContext transaction, Known container, long firstLine, BlockWriter lines, Instant now)
      throws IOException {
    ContainerId id = new ContainerId(container.id());
    if (Pieces.tailBytes(transaction, id) + lines.size() < sealBytes) {
      Pieces.addTail(transaction, id, firstLine, lines.toBlock(), now);
    } else {
      seal(transaction, container, lines);
    }
  }

  /** Moves what is in rows, and more behind it, into a file. */
  private void seal(DSLContext transaction, Known container, BlockWriter more) throws IOException {
    ContainerId id = new ContainerId(container.id());
    BlockWriter all = new BlockWriter();
    for (Piece tail : Pieces.tails(transaction, id)) {
      if (tail.place() instanceof Piece.Place.InRow(byte[] block)) {
        byte[] raw = Block.decompress(block, tail.rawBytes());
        all.add(new Block(raw, tail.lines(), tail.firstTime(), tail.lastTime()));
      }
    }
    all.add(more.toBlock());
    long nextLine = container.nextLine() + more.lines();
    long firstLine = nextLine - all.lines();
    Block block = all.toBlock();
    byte[] compressed = block.compress();
    String file = files.write(new TeamId(container.team()), id, firstLine, compressed);
    Pieces.removeTails(transaction, id, nextLine);
    Pieces.addChunk(transaction, container, firstLine, block, compressed.length, file);
  }
}
