package dev.gantry.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;

class HostileTarTest {

  private static byte[] header(byte kind, long size) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(bytes)) {
      var entry = new TarArchiveEntry("entry", kind);
      entry.setSize(size);
      byte[] block = new byte[512];
      entry.writeEntryHeader(block);
      return block;
    }
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  /** Gives as many bytes as are asked for, and counts them. */
  private static final class Endless extends InputStream {
    private long given;

    @Override
    public int read() {
      given++;
      return 'a';
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      Arrays.fill(target, offset, offset + length, (byte) 'a');
      given += length;
      return length;
    }
  }

  @Test
  void whatDescribesAnEntryIsBounded() throws Exception {
    for (byte kind :
        new byte[] {
          TarConstants.LF_GNUTYPE_LONGNAME,
          TarConstants.LF_GNUTYPE_LONGLINK,
          TarConstants.LF_PAX_EXTENDED_HEADER_LC,
          TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER
        }) {
      var endless = new Endless();
      var tar =
          new HostileTar(
              new SequenceInputStream(
                  new ByteArrayInputStream(
                      concat(header(kind, 1L << 30), "1073741824 comment=".getBytes(UTF_8))),
                  endless));
      assertThatThrownBy(tar::next).isInstanceOf(MalformedArchiveException.class);
      assertThat(endless.given).isLessThan(4 << 20);
    }
  }

  @Test
  void contentIsNot() throws Exception {
    byte[] large = new byte[5 << 20];
    Arrays.fill(large, (byte) 'x');
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(bytes)) {
      for (String name : new String[] {"read", "left", "last"}) {
        var entry = new TarArchiveEntry(name);
        entry.setSize(large.length);
        tar.putArchiveEntry(entry);
        tar.write(large);
        tar.closeArchiveEntry();
      }
    }
    var tar = new HostileTar(new ByteArrayInputStream(bytes.toByteArray()));
    assertThat(Objects.requireNonNull(tar.next()).getName()).isEqualTo("read");
    assertThat(tar.content().readAllBytes()).isEqualTo(large);
    assertThat(Objects.requireNonNull(tar.next()).getName()).isEqualTo("left");
    assertThat(Objects.requireNonNull(tar.next()).getName()).isEqualTo("last");
    assertThat(tar.content().readAllBytes()).isEqualTo(large);
    assertThat(tar.next()).isNull();
  }

  /** An entry before which stand extended headers of these records. */
  private static byte[] described(byte kind, byte[]... records) throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (byte[] record : records) {
      bytes.writeBytes(header(kind, record.length));
      bytes.writeBytes(Arrays.copyOf(record, (record.length + 511) / 512 * 512));
    }
    bytes.writeBytes(header(TarConstants.LF_NORMAL, 3));
    bytes.writeBytes(new byte[512]);
    bytes.writeBytes(header(TarConstants.LF_NORMAL, 0));
    bytes.writeBytes(new byte[1024]);
    return bytes.toByteArray();
  }

  private static byte[] record(String key, byte[] value) {
    byte[] text = concat((" " + key + "=").getBytes(UTF_8), concat(value, new byte[] {'\n'}));
    int length = text.length + 1;
    while (Integer.toString(length).length() + text.length != length) {
      length++;
    }
    return concat(Integer.toString(length).getBytes(UTF_8), text);
  }

  @Test
  void attributesAreTheirVeryBytes() throws Exception {
    byte[] all = new byte[700];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    byte[] capability = {1, 0, 0, 2, (byte) 0x80, (byte) 0xc3, (byte) 0xff, '\n', 0, '=', 0, 0};
    byte[] records =
        concat(
            record("SCHILY.xattr.user.all", all),
            concat(
                record("comment", "none of it".getBytes(UTF_8)),
                record("SCHILY.xattr.security.capability", capability)));
    var tar =
        new HostileTar(
            new ByteArrayInputStream(described(TarConstants.LF_PAX_EXTENDED_HEADER_LC, records)));
    assertThat(Objects.requireNonNull(tar.next()).getName()).isEqualTo("entry");
    assertThat(tar.attributes()).containsOnlyKeys("user.all", "security.capability");
    assertThat(tar.attributes().get("user.all")).isEqualTo(all);
    assertThat(tar.attributes().get("security.capability")).isEqualTo(capability);
    assertThat(tar.next()).isNotNull();
    assertThat(tar.attributes()).isEmpty();
  }

  @Test
  void theLastOfSeveralHeadersSaysWhatAnAttributeIs() throws Exception {
    byte[] one = record("SCHILY.xattr.user.a", "1".getBytes(UTF_8));
    byte[] two =
        concat(
            record("SCHILY.xattr.user.a", "2".getBytes(UTF_8)),
            concat(
                record("SCHILY.xattr.user.b", "3".getBytes(UTF_8)),
                record("SCHILY.xattr.user.b", new byte[0])));
    var tar =
        new HostileTar(
            new ByteArrayInputStream(described(TarConstants.LF_PAX_EXTENDED_HEADER_LC, one, two)));
    tar.next();
    assertThat(tar.attributes()).containsOnlyKeys("user.a", "user.b");
    assertThat(tar.attributes().get("user.a")).isEqualTo("2".getBytes(UTF_8));
    assertThat(tar.attributes().get("user.b")).isEmpty();
  }

  @Test
  void aHeaderForAllEntriesGivesNoneAttributes() throws Exception {
    byte[] one = record("SCHILY.xattr.user.a", "1".getBytes(UTF_8));
    var tar =
        new HostileTar(
            new ByteArrayInputStream(described(TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER, one)));
    tar.next();
    assertThat(tar.attributes()).isEmpty();
  }

  @Test
  void whatIsCutShortOrNoArchiveIsRefused() throws Exception {
    assertThatThrownBy(() -> new HostileTar(new ByteArrayInputStream("no".getBytes(UTF_8))).next())
        .isInstanceOf(MalformedArchiveException.class);
    assertThat(new HostileTar(InputStream.nullInputStream()).next()).isNull();
  }

  /** An entry of three bytes and, if it is believed, of holes behind it (GNU tar, format 0.1). */
  private static byte[] sparse(long size) throws IOException {
    return described(
        TarConstants.LF_PAX_EXTENDED_HEADER_LC,
        concat(
            record("GNU.sparse.size", Long.toString(size).getBytes(UTF_8)),
            record("GNU.sparse.map", ("0,3," + size + ",0").getBytes(UTF_8))));
  }

  @Test
  void holesAreBoundedAndPassedOver() throws Exception {
    for (long size : new long[] {Long.MAX_VALUE, 1L << 50, (1L << 30) + 1, -1}) {
      var tar = new HostileTar(new ByteArrayInputStream(sparse(size)));
      assertThatThrownBy(tar::next).isInstanceOf(MalformedArchiveException.class);
    }
    var tar = new HostileTar(new ByteArrayInputStream(sparse(1L << 30)));
    assertThat(Objects.requireNonNull(tar.next()).getRealSize()).isEqualTo(1L << 30);
    assertThat(Objects.requireNonNull(tar.next()).isSparse()).isFalse();
    assertThat(tar.next()).isNull();
  }

  @Test
  void descriptionsOfDescriptionsAreRefused() throws Exception {
    byte[][] none = new byte[2000][0];
    var tar = new HostileTar(new ByteArrayInputStream(described((byte) 'x', none)));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThatThrownBy(threads.submit(tar::next)::get)
          .hasCauseInstanceOf(MalformedArchiveException.class);
    }
  }

  @Test
  void aSparseFileOfVeryManyPiecesIsRefused() throws Exception {
    StringBuilder map = new StringBuilder();
    for (int at = 0; at < 20_000; at++) {
      map.append(map.isEmpty() ? "" : ",").append(2 * at).append(",0");
    }
    byte[] records =
        concat(
            record("GNU.sparse.size", "65536".getBytes(UTF_8)),
            record("GNU.sparse.map", map.toString().getBytes(UTF_8)));
    var tar =
        new HostileTar(
            new ByteArrayInputStream(described(TarConstants.LF_PAX_EXTENDED_HEADER_LC, records)));
    assertThatThrownBy(
            () -> {
              tar.next();
              tar.content().readAllBytes();
            })
        .isInstanceOf(MalformedArchiveException.class);
  }

  @Test
  void contentThatIsCutShortIsToldApartFromContentThatDidNotCome() throws Exception {
    byte[] begun = Arrays.copyOf(header(TarConstants.LF_NORMAL, 3000), 1024);
    var cut = new HostileTar(new ByteArrayInputStream(begun));
    cut.next();
    assertThatThrownBy(() -> cut.content().readAllBytes())
        .isInstanceOf(MalformedArchiveException.class);
    var failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the other side is gone");
          }
        };
    var lost = new HostileTar(new SequenceInputStream(new ByteArrayInputStream(begun), failing));
    lost.next();
    assertThatThrownBy(() -> lost.content().readAllBytes())
        .isNotInstanceOf(MalformedArchiveException.class)
        .hasMessage("the other side is gone");
  }
}
