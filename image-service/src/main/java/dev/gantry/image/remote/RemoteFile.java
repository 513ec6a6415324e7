package dev.gantry.image.remote;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** What another server answered to a download; its content is read once. */
public final class RemoteFile implements AutoCloseable {
  private static final int LONGEST_REASON = 1 << 10;

  private final Reply reply;

  RemoteFile(Reply reply) {
    this.reply = reply;
  }

  public int status() {
    return reply.status();
  }

  /** The status as its server wrote it: {@code 404 Not Found}. */
  public String shownStatus() {
    String phrase = reply.response().getReasonPhrase();
    return Failures.printable(reply.status() + (phrase == null ? "" : " " + phrase));
  }

  /** How many bytes it has; -1 where the server does not tell. */
  public long length() {
    var entity = reply.response().getEntity();
    return entity == null ? 0 : entity.getContentLength();
  }

  public InputStream content() throws IOException {
    return reply.body();
  }

  /** The beginning of a content that tells why there is no other, on a line. */
  public String reason() throws IOException {
    return Failures.printable(
        new String(reply.body().readNBytes(LONGEST_REASON), StandardCharsets.UTF_8).strip());
  }

  @Override
  public void close() {
    reply.close();
  }
}
