package dev.gantry.image.archive;

import static dev.gantry.image.archive.TestArchives.archive;
import static dev.gantry.image.archive.TestArchives.files;
import static dev.gantry.image.archive.TestArchives.outer;
import static dev.gantry.image.archive.TestArchives.sha256;
import static dev.gantry.image.archive.TestArchives.tar;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.gantry.delivery.Outbox;
import dev.gantry.engine.Digest;
import dev.gantry.engine.TeamId;
import dev.gantry.image.TestSchema;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.FileBlobStore;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.event.ImageEvents;
import dev.gantry.image.layer.LayerIntake;
import dev.gantry.image.layer.LayerLimits;
import dev.gantry.image.manifest.RefusedImageException;
import dev.gantry.ops.testkit.PostgresCluster;
import dev.gantry.services.FaultPoints;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/**
 * Archives for {@code load} and {@code import} that are made to do harm: each is refused as the
 * caller's fault, leaves nothing in database and store, and a good one is loaded after all of them.
 */
@SuppressWarnings("NullAway.Init") // the fields are set before the tests
class HostileArchivesTest {
  private static final Actor SHOP = new Actor(new TeamId("shop"), "ann");
  private static final int MOST_BYTES = 1 << 20;
  private static final int BLOCK = 512;

  private static PostgresCluster postgres;
  private static DSLContext database;
  @TempDir private static Path folder;
  private static BlobStore blobs;
  private static ImageLoad load;
  private static RootImport rootImport;

  @BeforeAll
  static void service() throws Exception {
    postgres = PostgresCluster.start();
    database = DSL.using(postgres.dataSource(), SQLDialect.POSTGRES);
    TestSchema.create(postgres);
    blobs = FileBlobStore.open(folder);
    InstantSource clock = InstantSource.system();
    ImageStore store =
        new ImageStore(
            database,
            blobs,
            new ImageEvents(new Outbox("image")),
            FaultPoints.parse("", Set.of()),
            clock);
    LayerIntake intake = new LayerIntake(new LayerLimits(MOST_BYTES, 100));
    load = new ImageLoad(store, blobs, intake);
    rootImport = new RootImport(store, blobs, intake, clock);
  }

  @AfterAll
  static void close() {
    blobs.close();
    postgres.close();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    assertThat(blobs.list()).isEmpty();
    assertThat(blobs.incoming().files()).isZero();
    for (String table :
        database
            .fetch("SELECT table_name FROM information_schema.tables WHERE table_schema = 'image'")
            .getValues(0, String.class)) {
      assertThat(database.fetchCount(DSL.table(DSL.name(table)))).as(table).isZero();
    }
  }

  private record Attack(String name, byte[] bytes) {
    @Override
    public String toString() {
      return name;
    }
  }

  private interface Change {
    void to(Map<String, byte[]> files) throws IOException;
  }

  /** A good archive of which something is changed. */
  private static Attack but(String name, Change change) throws Exception {
    Map<String, byte[]> files = files("web:1", tar("a", "one"));
    change.to(files);
    return new Attack(name, outer(files));
  }

  private static Attack manifest(String name, String json) throws Exception {
    return but(name, files -> files.put("manifest.json", json.getBytes(UTF_8)));
  }

  private static Attack config(String name, String json) throws Exception {
    return but(name, files -> files.put("config.json", json.getBytes(UTF_8)));
  }

  static Stream<Attack> documents() throws Exception {
    return Stream.of(
        manifest("config outside", "[{\"Config\":\"../../../../etc/passwd\",\"Layers\":[]}]"),
        manifest("layer outside", "[{\"Config\":\"config.json\",\"Layers\":[\"/etc/passwd\"]}]"),
        manifest("itself as config", "[{\"Config\":\"manifest.json\",\"Layers\":[]}]"),
        manifest(
            "itself as layer", "[{\"Config\":\"config.json\",\"Layers\":[\"manifest.json\"]}]"),
        manifest("fewer layers", "[{\"Config\":\"config.json\",\"Layers\":[]}]"),
        manifest(
            "a layer twice",
            "[{\"Config\":\"config.json\",\"Layers\":[\"layer0.tar\",\"layer0.tar\"]}]"),
        manifest("no list", "{}"),
        manifest("null", "[null]"),
        manifest("numbers", "[{\"Config\":1,\"Layers\":[2],\"RepoTags\":[3]}]"),
        manifest("deep", "[".repeat(200_000)),
        manifest("very many", "[" + "{},".repeat(2000) + "{}]"),
        manifest("no JSON", "\0\0\0"),
        manifest(
            "a tag that is none",
            "[{\"Config\":\"config.json\",\"RepoTags\":[\"a\\n"
                + "b:c\"],\"Layers\":[\"layer0.tar\"]}]"),
        config("a config that is a list", "[]"),
        config("a config that is text", "\"config\""),
        config("a config of nothing", "{}"),
        config("a config without end", "{\"rootfs\":{\"diff_ids\":[" + "\"a\",".repeat(100_000)),
        config("a deep config", "{\"config\":" + "[".repeat(200_000)),
        config(
            "ids that are none", "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:x\"]}}"),
        but("a config that is a layer", files -> files.put("config.json", tar("a", "b"))),
        but(
            "a document that is too large",
            files -> files.put("config.json", (" ".repeat(5 << 20) + "{}").getBytes(UTF_8))));
  }

  private static Attack layer(String name, byte[] layer) throws Exception {
    return new Attack(name, archive("web:1", layer));
  }

  private static Attack layerNamed(String name) throws Exception {
    return layer("a layer with " + name, tar(name, "x"));
  }

  private static byte[] linked(byte kind, String name, String target) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(bytes)) {
      var entry = new TarArchiveEntry(name, kind);
      entry.setLinkName(target);
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  /** A header and what follows it, as no library would write it. */
  private static byte[] raw(char kind, String name, String size, byte[] content) {
    byte[] block = new byte[BLOCK];
    put(block, 0, name);
    put(block, 100, "0000644\0" + "0000000\0" + "0000000\0" + size);
    put(block, 136, "00000000000\0        " + kind);
    put(block, 257, "ustar\00000");
    int sum = 0;
    for (byte one : block) {
      sum += one & 0xff;
    }
    put(block, 148, "%06o\0 ".formatted(sum));
    byte[] all = Arrays.copyOf(block, BLOCK + (content.length + BLOCK - 1) / BLOCK * BLOCK);
    System.arraycopy(content, 0, all, BLOCK, content.length);
    return all;
  }

  private static void put(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }

  private static byte[] both(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private static byte[] gzip(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  private static byte[] cut(byte[] whole) {
    return Arrays.copyOf(whole, whole.length / 2);
  }

  private static byte[] wrongSum() throws IOException {
    byte[] tar = tar("a", "x");
    tar[150] ^= 3;
    return tar;
  }

  /** What is no layer, whether {@code load} has it in an archive or {@code import} is given it. */
  private static Map<String, byte[]> layers() throws Exception {
    byte[] zeros = new byte[MOST_BYTES + 1];
    byte[] end = new byte[2 * BLOCK];
    byte[] random = new byte[4000];
    new java.util.Random(1).nextBytes(random);
    byte[] noisy = both(tar("a", "x"), random);
    Map<String, byte[]> layers = new LinkedHashMap<>();
    layers.put("a name that goes up", tar("../../../../etc/cron.d/x", "x"));
    layers.put("a name that goes up later", tar("a/../../x", "x"));
    layers.put("a name that is too long", tar("n/".repeat(3000) + "f", "x"));
    layers.put("a name that is too deep", tar("n/".repeat(300) + "f", "x"));
    layers.put("a hard link that goes up", linked(TarConstants.LF_LINK, "h", "../../etc/passwd"));
    layers.put("a sum that is wrong", wrongSum());
    layers.put("an end that is missing", cut(tar("a", "x".repeat(9000))));
    layers.put("a size below zero", both(raw('0', "a", "-0000000001\0", new byte[0]), end));
    layers.put("a size beyond all", both(raw('0', "a", "77777777777\0", new byte[0]), end));
    layers.put("headers without end", both(raw('x', "p", "00010000000\0", new byte[1 << 21]), end));
    layers.put("a name without end", both(raw('L', "p", "00010000000\0", new byte[1 << 21]), end));
    layers.put(
        "a record that is none",
        both(
            both(
                raw('x', "p", "00000000024\0", "99999 path=x\nnothing".getBytes(UTF_8)),
                raw('0', "a", "00000000000\0", new byte[0])),
            end));
    layers.put("gzip of too much", gzip(zeros));
    layers.put("zstd of too much", Zstd.compress(zeros));
    layers.put("gzip in gzip", gzip(gzip(tar("a", "x"))));
    layers.put("gzip that breaks off", cut(gzip(noisy)));
    layers.put("zstd that breaks off", cut(Zstd.compress(noisy)));
    layers.put("gzip of nothing that is", new byte[] {0x1f, (byte) 0x8b, 8, 0, 1, 2, 3, 4, 5, 6});
    layers.put("text", "no tar at all, but long enough to be looked at".getBytes(UTF_8));
    return layers;
  }

  static Stream<Attack> loadedLayers() throws Exception {
    Stream.Builder<Attack> all = Stream.builder();
    for (var one : layers().entrySet()) {
      all.add(layer(one.getKey(), one.getValue()));
    }
    return all.build();
  }

  static Stream<Attack> importedLayers() throws Exception {
    return layers().entrySet().stream().map(one -> new Attack(one.getKey(), one.getValue()));
  }

  static Stream<Attack> archives() throws Exception {
    byte[] good = archive("web:1", tar("a", "one"));
    Map<String, byte[]> large = new LinkedHashMap<>();
    for (int i = 0; i < 6; i++) {
      large.put("f" + i, new byte[MOST_BYTES - 4096]);
    }
    return Stream.of(
        new Attack("empty", new byte[0]),
        new Attack("files that are too much", gzip(outer(large))),
        new Attack("xz that wants too much memory", xzOfMuchMemory(good)),
        new Attack(
            "two files of one name", both(Arrays.copyOf(tar("manifest.json", "[]"), 1024), good)),
        new Attack(
            "a manifest that is a link outside",
            linked(TarConstants.LF_SYMLINK, "manifest.json", "/etc/passwd")),
        new Attack(
            "a manifest that is a link to itself",
            linked(TarConstants.LF_SYMLINK, "manifest.json", "manifest.json")),
        new Attack("a manifest that is a device", linked(TarConstants.LF_CHR, "manifest.json", "")),
        new Attack("gzip in gzip", gzip(gzip(good))),
        new Attack("gzip that breaks off", cut(gzip(good))));
  }

  /** With names before their entries, as GNU tar has them; a library takes a minute for them. */
  private static byte[] longNames() {
    var all = new ByteArrayOutputStream();
    for (int i = 0; i < 500; i++) {
      byte[] name = ("n".repeat(4000) + i).getBytes(UTF_8);
      all.writeBytes(raw('L', "././@LongLink", "%011o\0".formatted(name.length), name));
      all.writeBytes(raw('0', "n", "00000000000\0", new byte[0]));
    }
    all.writeBytes(new byte[2 * BLOCK]);
    return all.toByteArray();
  }

  /** Says in its first block's header (the .xz format, 3.1) that it needs 64 MiB of dictionary. */
  private static byte[] xzOfMuchMemory(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new XZOutputStream(bytes, new LZMA2Options(0))) {
      out.write(content);
    }
    byte[] xz = bytes.toByteArray();
    xz[16] = 28;
    int end = 12 + 4 * xz[12];
    var sum = new CRC32();
    sum.update(xz, 12, end - 12);
    ByteBuffer.wrap(xz).order(ByteOrder.LITTLE_ENDIAN).putInt(end, (int) sum.getValue());
    return xz;
  }

  /** An OCI layout of which something is changed. */
  private static Attack layout(String name, String mediaType, String digest, int wrongBy)
      throws Exception {
    byte[] layer = tar("a", "one");
    byte[] config =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\"]}}"
            .formatted(Digest.sha256(sha256(layer)))
            .getBytes(UTF_8);
    byte[] manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},
        "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":%d}]}
        """
            .formatted(
                Digest.sha256(sha256(config)),
                config.length,
                Digest.sha256(sha256(layer)),
                layer.length + wrongBy)
            .getBytes(UTF_8);
    Digest manifestDigest = Digest.sha256(sha256(manifest));
    String named = digest.isEmpty() ? manifestDigest.value() : digest;
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(UTF_8));
    files.put("blobs/sha256/" + Digest.sha256(sha256(layer)).hex(), layer);
    files.put("blobs/sha256/" + Digest.sha256(sha256(config)).hex(), config);
    files.put("blobs/" + named.replace(':', '/'), manifest);
    files.put(
        "index.json",
        "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}]}"
            .formatted(mediaType, named, manifest.length)
            .getBytes(UTF_8));
    return new Attack(name, outer(files));
  }

  static Stream<Attack> layouts() throws Exception {
    String manifest = "application/vnd.oci.image.manifest.v1+json";
    return Stream.of(
        layout("a digest that lies", manifest, "sha256:" + "0".repeat(64), 0),
        layout("a digest that leads up", manifest, "sha256:../../../etc/passwd", 0),
        layout("an algorithm that leads up", manifest, "../../..:passwd", 0),
        layout("a size that lies", manifest, "", 1),
        layout(
            "a manifest that is called an index",
            "application/vnd.oci.image.index.v1+json",
            "",
            0));
  }

  @ParameterizedTest
  @MethodSource({"documents", "loadedLayers", "archives", "layouts"})
  void anArchiveOfImagesIsRefused(Attack attack) {
    assertThatThrownBy(() -> load.load(SHOP, new ByteArrayInputStream(attack.bytes()), _ -> {}))
        .isInstanceOf(RefusedImageException.class);
  }

  /** It has no manifest either, but nobody gets that far. */
  @Test
  void namesThatAreTooMuchAreNotRead() throws Exception {
    byte[] archive = gzip(longNames());
    assertThatThrownBy(() -> load.load(SHOP, new ByteArrayInputStream(archive), _ -> {}))
        .isInstanceOf(RefusedImageException.class)
        .hasMessageContaining("names that are too long");
  }

  @ParameterizedTest
  @MethodSource("importedLayers")
  void anArchiveOfFilesIsRefused(Attack attack) {
    assertThatThrownBy(
            () ->
                rootImport.load(
                    SHOP,
                    new ByteArrayInputStream(attack.bytes()),
                    Optional.empty(),
                    "",
                    List.of()))
        .isInstanceOf(RefusedImageException.class);
  }
}
