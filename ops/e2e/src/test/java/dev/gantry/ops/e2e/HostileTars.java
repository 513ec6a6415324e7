package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPOutputStream;

/** Archives that nobody means well with, written block by block, as no library would write them. */
final class HostileTars {
  private static final int BLOCK = 512;
  private static final String TYPES = "0000000112233456789gxLKSVN\0Z";

  private final RandomGenerator random;
  private final List<String> names;

  /**
   * @param outside a path of the host that entries try to reach
   */
  HostileTars(RandomGenerator random, String outside) {
    this.random = random;
    this.names =
        List.of(
            "a",
            "b",
            "a/b",
            "a/../b",
            "link",
            "link/file",
            "link/link/file",
            "../.." + outside,
            "../../../../../../../../.." + outside,
            outside,
            "a/../../../../../../../.." + outside,
            "./././a",
            "",
            ".",
            "..",
            "/",
            "a//b",
            "etc/passwd",
            "dev/null",
            "proc/self/mem",
            "proc/1/root" + outside,
            "sys/kernel/uevent_helper",
            "run/x",
            "a\nb",
            "\u00ff\u00fe",
            "d/".repeat(200) + "f",
            "n".repeat(255),
            "n".repeat(300),
            ".wh.a",
            ".wh..wh..opq");
  }

  /** The next archive. */
  byte[] next() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = random.nextInt(6); i >= 0; i--) {
      entry(out);
    }
    if (random.nextInt(4) != 0) {
      out.writeBytes(new byte[2 * BLOCK]);
    }
    byte[] bytes = out.toByteArray();
    return switch (random.nextInt(10)) {
      case 0 -> java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 1 -> flipped(bytes);
      case 2 -> compressed(bytes);
      case 3 -> magic(bytes);
      default -> bytes;
    };
  }

  private void entry(ByteArrayOutputStream out) {
    switch (random.nextInt(8)) {
      case 0 -> pax(out);
      case 1 -> longName(out);
      case 2 -> through(out);
      case 3 -> cycle(out);
      default -> {
        int length = random.nextInt(3) == 0 ? random.nextInt(2000) : 0;
        header(out, name(), name(), TYPES.charAt(random.nextInt(TYPES.length())), size(length));
        body(out, new byte[length]);
      }
    }
  }

  /** A link out of the folder, and a file to be written behind it. */
  private void through(ByteArrayOutputStream out) {
    char type = random.nextBoolean() ? '2' : '1';
    header(out, "link", pick("/", "..", "../../../../..", "/proc/self/root", "link"), type, "0");
    header(out, "link" + name(), "", '0', "3");
    body(out, new byte[3]);
  }

  private void cycle(ByteArrayOutputStream out) {
    header(out, "one", "two", '2', "0");
    header(out, "two", "one", '2', "0");
    header(out, "one/file", "", pick("0", "5", "1", "3").charAt(0), "0");
  }

  /** Attributes in a record of their own: of any size, any number, and any length told. */
  private void pax(ByteArrayOutputStream out) {
    StringBuilder records = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      String record =
          switch (random.nextInt(10)) {
            case 0 -> "path=" + name();
            case 1 -> "linkpath=" + name();
            case 2 -> "size=" + pick("-1", "9223372036854775807", "99999999999999999999", "1", "x");
            case 3 -> "uid=" + pick("-1", "2147483648", "4294967295", "x");
            case 4 -> "mtime=" + pick("1e99", "-99999999999", "0.0000000000001", "x");
            case 5 ->
                "SCHILY.xattr."
                    + pick("user.a", "user.a\0b", "security.capability", "trusted.overlay.opaque")
                    + "="
                    + "y".repeat(pick("", "x", "xx").length() * 35_000 + 1);
            case 6 ->
                "GNU.sparse.map=" + pick("0,1", "0,1,9223372036854775807,1", "0,0,".repeat(9000));
            case 7 -> "GNU.sparse.size=" + pick("0", "131072", "1125899906842624", "-1");
            case 8 -> "GNU.sparse.realsize=" + pick("0", "131072", "1125899906842624", "-1");
            default -> "comment=" + "c".repeat(random.nextInt(20_000));
          };
      int length = record.length() + 3;
      length += Integer.toString(length).length();
      records.append(random.nextInt(5) == 0 ? 999_999_999 : length).append(' ');
      records.append(record).append('\n');
    }
    if (random.nextInt(20) == 0) {
      records.append("7 a=b\n".repeat(100_000));
    }
    byte[] bytes = records.toString().getBytes(ISO_8859_1);
    header(out, "pax", "", random.nextInt(4) == 0 ? 'g' : 'x', Long.toOctalString(bytes.length));
    body(out, bytes);
    header(out, name(), "", '0', "0");
  }

  private void longName(ByteArrayOutputStream out) {
    byte[] bytes = new byte[random.nextInt(3) == 0 ? 1 << 20 : 5000];
    java.util.Arrays.fill(bytes, (byte) (random.nextBoolean() ? 'x' : '/'));
    header(
        out,
        "././@LongLink",
        "",
        random.nextBoolean() ? 'L' : 'K',
        Long.toOctalString(bytes.length));
    body(out, bytes);
    header(out, "short", "target", random.nextBoolean() ? '2' : '0', "0");
  }

  private String size(int length) {
    return random.nextInt(6) == 0
        ? pick("77777777777", "-1", "", "99999999999", "17777777777", "\u0080\377\377\377\377\377")
        : Integer.toOctalString(length);
  }

  private void header(ByteArrayOutputStream out, String name, String link, char type, String size) {
    byte[] block = new byte[BLOCK];
    put(block, 0, 100, name);
    put(block, 100, 8, pick("644", "4755", "1777", "0", "7777777", "x"));
    put(block, 108, 8, pick("0", "1000", "7777777", "-1"));
    put(block, 116, 8, pick("0", "1000", "7777777", "-1"));
    put(block, 124, 12, size);
    put(block, 136, 12, pick("0", "14000000000", "77777777777", "x"));
    put(block, 148, 8, "        ");
    block[156] = (byte) type;
    put(block, 157, 100, link);
    put(block, 257, 8, random.nextInt(5) == 0 ? "ustar  " : "ustar\00000");
    put(block, 329, 8, pick("1", "10", "7777777", "0"));
    put(block, 337, 8, pick("3", "350", "0", "7777777"));
    if (random.nextInt(10) == 0) {
      put(block, 345, 155, pick("..", "/", "a/b", "../../../../../.."));
    }
    int sum = 0;
    for (byte each : block) {
      sum += each & 0xff;
    }
    put(block, 148, 8, random.nextInt(20) == 0 ? "1" : "%06o\0 ".formatted(sum));
    out.writeBytes(block);
  }

  private static void body(ByteArrayOutputStream out, byte[] bytes) {
    out.writeBytes(bytes);
    out.writeBytes(new byte[(BLOCK - bytes.length % BLOCK) % BLOCK]);
  }

  private static void put(byte[] block, int at, int length, String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    System.arraycopy(bytes, 0, block, at, Math.min(length, bytes.length));
  }

  private byte[] flipped(byte[] bytes) {
    for (int i = random.nextInt(10); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  /** Compressed, also much of nothing, and at times with an end that is missing. */
  private byte[] compressed(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      if (random.nextInt(4) == 0) {
        gzip.write(new byte[4 << 20]);
      }
      gzip.write(bytes);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    byte[] all = out.toByteArray();
    return random.nextInt(3) == 0 ? java.util.Arrays.copyOf(all, all.length / 2) : all;
  }

  /** What begins as another kind of file. */
  private byte[] magic(byte[] bytes) {
    byte[] start =
        switch (random.nextInt(4)) {
          case 0 -> new byte[] {0x1f, (byte) 0x8b, 8};
          case 1 -> new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};
          case 2 -> "BZh9".getBytes(US_ASCII);
          default -> new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};
        };
    System.arraycopy(start, 0, bytes, 0, start.length);
    return bytes;
  }

  private String name() {
    return names.get(random.nextInt(names.size()));
  }

  private String pick(String... of) {
    return of[random.nextInt(of.length)];
  }
}
