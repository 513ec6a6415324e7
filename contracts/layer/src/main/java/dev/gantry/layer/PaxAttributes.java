package dev.gantry.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * What an entry's own header blocks say in bytes (pax(1), extended header), which the tar reader
 * would take for text: names, and extended attributes (the keys {@code SCHILY.xattr.NAME}), as a
 * capability of a program has bytes that are none.
 */
final class PaxAttributes {
  private static final byte[] KEY = "SCHILY.xattr.".getBytes(UTF_8);
  private static final String PATH = "path";
  private static final String LINK_PATH = "linkpath";
  private static final String SPARSE_NAME = "GNU.sparse.name";
  private static final int BLOCK = 512;
  private static final int SIZE_AT = 124;
  private static final int SIZE_BYTES = 12;
  private static final int TYPE_AT = 156;

  private final byte[] bytes;
  private final Map<String, byte[]> found = new LinkedHashMap<>();
  private final Map<String, String> names = new HashMap<>();

  private PaxAttributes(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @param read what was read to know the entry
   * @param start where its first header is in that
   */
  static PaxAttributes of(byte[] read, int start) {
    var attributes = new PaxAttributes(read);
    attributes.readHeaders(start);
    return attributes;
  }

  Map<String, byte[]> attributes() {
    return found;
  }

  /**
   * The entry's name of bytes, a character each; what the entry itself says where it is not here.
   */
  String name(String ofEntry) {
    String path = names.getOrDefault(PATH, ofEntry);
    return names.getOrDefault(SPARSE_NAME, path);
  }

  /** The same of what it links to. */
  String linkName(String ofEntry) {
    return names.getOrDefault(LINK_PATH, ofEntry);
  }

  /** Goes through what stands before the header of the entry itself. */
  private void readHeaders(int start) {
    int at = start;
    while (at + BLOCK <= bytes.length && isDescription(bytes[at + TYPE_AT])) {
      long size = TarUtils.parseOctalOrBinary(bytes, at + SIZE_AT, SIZE_BYTES);
      int content = at + BLOCK;
      if (size < 0 || size > bytes.length - content) {
        return;
      }
      if (bytes[at + TYPE_AT] == TarConstants.LF_PAX_EXTENDED_HEADER_LC) {
        readRecords(content, content + (int) size);
      }
      at = content + (int) ((size + BLOCK - 1) / BLOCK) * BLOCK;
    }
  }

  private static boolean isDescription(byte type) {
    return type == TarConstants.LF_PAX_EXTENDED_HEADER_LC
        || type == TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER
        || type == TarConstants.LF_GNUTYPE_LONGNAME
        || type == TarConstants.LF_GNUTYPE_LONGLINK;
  }

  /** Records {@code LENGTH KEY=VALUE\n}; at what is none the rest is none, either. */
  private void readRecords(int from, int end) {
    int at = from;
    while (at < end) {
      int space = find(' ', at, end);
      if (space < 0 || space == at || space - at > 7) {
        return;
      }
      String length = new String(bytes, at, space - at, ISO_8859_1);
      if (!length.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return;
      }
      int next = at + Integer.parseInt(length);
      if (next <= space + 1 || next > end || bytes[next - 1] != '\n') {
        return;
      }
      readRecord(space + 1, next - 1);
      at = next;
    }
  }

  /**
   * The last record of a key counts. Without a value it takes a name away, as pax(1) has it; an
   * attribute has an empty value then, as GNU tar and libarchive write and read it.
   */
  private void readRecord(int from, int end) {
    int equals = find('=', from, end);
    readName(new String(bytes, from, Math.max(0, equals - from), ISO_8859_1), equals + 1, end);
    int name = from + KEY.length;
    if (equals <= name || !Arrays.equals(bytes, from, name, KEY, 0, KEY.length)) {
      return;
    }
    String attribute = new String(bytes, name, equals - name, UTF_8);
    found.put(attribute, Arrays.copyOfRange(bytes, equals + 1, end));
  }

  private void readName(String key, int from, int end) {
    if (key.equals(PATH) || key.equals(LINK_PATH) || key.equals(SPARSE_NAME)) {
      if (from == end) {
        names.remove(key);
      } else {
        names.put(key, new String(bytes, from, end - from, ISO_8859_1));
      }
    }
  }

  private int find(char wanted, int from, int end) {
    for (int at = from; at < end; at++) {
      if (bytes[at] == wanted) {
        return at;
      }
    }
    return -1;
  }
}
