package dev.gantry.node.log;

import java.io.IOException;

/** Gives out what the container wrote, byte by byte as it wrote it, or ends: it leaves none out. */
final class ByteWriter implements ContainerLog.Consumer {
  private final boolean stdout;
  private final boolean stderr;
  private final LogOutput out;

  ByteWriter(boolean stdout, boolean stderr, LogOutput out) {
    this.stdout = stdout;
    this.stderr = stderr;
    this.out = out;
  }

  @Override
  public boolean accept(LogCursor record) throws IOException {
    if (record.isTorn()) {
      throw new IOException("the client read too slowly: output was given up before it came to it");
    }
    boolean isStderr = LogRecord.isStderr(record.bytes(), record.start());
    if (isStderr ? stderr : stdout) {
      out.begin(isStderr);
      out.put(record.bytes(), record.contentStart(), record.contentEnd());
      if (LogRecord.isFull(record.bytes(), record.start())) {
        out.put('\n');
      }
    }
    return true;
  }
}
