package dev.gantry.log.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.engine.StreamFrame;
import dev.gantry.log.chunk.Block;
import dev.gantry.log.chunk.Line;
import java.io.IOException;
import java.io.OutputStream;

/** Writes lines as the engine's multiplexed stream, led by their times where that is wanted. */
final class StreamWriter implements Block.Visitor {
  private final OutputStream out;
  private final boolean timestamps;
  private final boolean[] open = new boolean[4];
  private final byte[] header = new byte[StreamFrame.HEADER_BYTES];

  StreamWriter(OutputStream out, boolean timestamps) {
    this.out = out;
    this.timestamps = timestamps;
  }

  @Override
  public boolean line(Line line) throws IOException {
    byte[] stamp =
        timestamps && !open[line.stream()] ? (Stamp.of(line) + " ").getBytes(UTF_8) : new byte[0];
    StreamFrame.writeHeader(header, 0, line.stream(), stamp.length + line.bytes().length);
    out.write(header);
    out.write(stamp);
    out.write(line.bytes());
    open[line.stream()] = line.partial();
    return true;
  }
}
