package dev.gantry.delivery;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One record of a journal's file. On disk: length and CRC-32C of the rest (4 bytes each), then
 * kind, number, time and what the kind has.
 *
 * @param id of the intent, for intents and their outcomes
 * @param note for intents
 * @param message what is published; null for intents
 */
record JournalFrame(
    Kind kind,
    long number,
    Instant at,
    @Nullable String id,
    byte @Nullable [] note,
    @Nullable Message message) {

  /** What a record is. */
  enum Kind {
    MESSAGE,
    INTENT,
    OUTCOME
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(kind.ordinal());
      out.writeLong(number);
      out.writeLong(at.getEpochSecond());
      out.writeInt(at.getNano());
      writeText(out, id);
      writeBytes(out, note);
      out.writeBoolean(message != null);
      if (message != null) {
        writeText(out, message.topic());
        writeText(out, message.key());
        out.writeInt(message.headers().size());
        for (var header : message.headers().entrySet()) {
          writeText(out, header.getKey());
          writeText(out, header.getValue());
        }
        writeBytes(out, message.value());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static JournalFrame decode(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    Kind kind = Kind.values()[in.readByte()];
    long number = in.readLong();
    Instant at = Instant.ofEpochSecond(in.readLong(), in.readInt());
    String id = readText(in);
    byte[] note = readBytes(in);
    Message message = null;
    if (in.readBoolean()) {
      String topic = requireText(in);
      String key = requireText(in);
      Map<String, String> headers = new LinkedHashMap<>();
      for (int i = in.readInt(); i > 0; i--) {
        String name = requireText(in);
        headers.put(name, requireText(in));
      }
      message = new Message(topic, key, headers, readBytes(in));
    }
    return new JournalFrame(kind, number, at, id, note, message);
  }

  private static void writeText(DataOutputStream out, @Nullable String text) throws IOException {
    writeBytes(out, text == null ? null : text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static void writeBytes(DataOutputStream out, byte @Nullable [] bytes) throws IOException {
    out.writeInt(bytes == null ? -1 : bytes.length);
    if (bytes != null) {
      out.write(bytes);
    }
  }

  private static byte @Nullable [] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      return null;
    }
    if (length > in.available()) {
      throw new IOException("a length of " + length);
    }
    return in.readNBytes(length);
  }

  private static @Nullable String readText(DataInputStream in) throws IOException {
    byte[] bytes = readBytes(in);
    return bytes == null ? null : new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
  }

  private static String requireText(DataInputStream in) throws IOException {
    String text = readText(in);
    if (text == null) {
      throw new IOException("a text is missing");
    }
    return text;
  }
}
