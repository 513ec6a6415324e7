package dev.gantry.image.transfer;

import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The stream of what happens, as clients show it: an object a line, {@code \r\n} behind it. One
 * with an id owns a line of the screen. Any thread may tell something.
 */
public final class Progress {
  private static final int WIDTH = 50;
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

  /** Begins the answer. */
  @FunctionalInterface
  public interface Answer {
    OutputStream begin() throws IOException;
  }

  private final Answer answer;
  private @Nullable OutputStream out;

  /**
   * @param answer begun when the first line is told: until then an error can still be the answer
   */
  public Progress(Answer answer) {
    this.answer = answer;
  }

  /** True once the client was told something, so that errors have to stand in the stream. */
  public synchronized boolean hasBegun() {
    return out != null;
  }

  void status(String text) {
    write(EngineJson.MAPPER.createObjectNode().put("status", text));
  }

  /** A headline: {@code latest: Pulling from library/busybox}. */
  void status(String text, String id) {
    write(EngineJson.MAPPER.createObjectNode().put("status", text).put("id", id));
  }

  void phase(Digest layer, String text) {
    ObjectNode line = EngineJson.MAPPER.createObjectNode().put("status", text);
    line.putObject("progressDetail");
    write(line.put("id", shortened(layer)));
  }

  void moved(Digest layer, String text, long current, long total) {
    write(movement(text, current, total).put("id", shortened(layer)));
  }

  /** The same of the only thing that moves. */
  void moved(String text, long current, long total) {
    write(movement(text, current, total));
  }

  private static ObjectNode movement(String text, long current, long total) {
    ObjectNode line = EngineJson.MAPPER.createObjectNode().put("status", text);
    ObjectNode detail = line.putObject("progressDetail").put("current", current);
    if (total > 0) {
      detail.put("total", total);
    }
    return line.put("progress", total > 0 ? bar(current, total) : size(current));
  }

  void aux(ObjectNode content) {
    ObjectNode line = EngineJson.MAPPER.createObjectNode();
    line.putObject("progressDetail");
    line.set("aux", content);
    write(line);
  }

  /** Tells why it ended, to a client that was told something before. */
  public void failed(String message) {
    ObjectNode line = EngineJson.MAPPER.createObjectNode();
    line.putObject("errorDetail").put("message", message);
    write(line.put("error", message));
  }

  private static String shortened(Digest layer) {
    return layer.hex().substring(0, 12);
  }

  private static String bar(long current, long total) {
    int done = total <= 0 ? WIDTH : (int) Math.min(WIDTH, current * WIDTH / total);
    return String.format(
        Locale.ROOT,
        "[%s>%s] %8s/%s",
        "=".repeat(done),
        " ".repeat(WIDTH - done),
        size(current),
        size(total));
  }

  /** Four digits, in powers of a thousand. */
  private static String size(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1000 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    String digits = String.format(Locale.ROOT, "%.4g", value);
    String plain = value == 0 ? "0" : digits;
    return (plain.contains(".") ? plain.replaceAll("\\.?0+$", "") : plain) + UNITS[unit];
  }

  /**
   * @throws UncheckedIOException where the client is gone
   */
  private synchronized void write(ObjectNode line) {
    try {
      OutputStream open = out == null ? answer.begin() : out;
      out = open;
      open.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
      open.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
