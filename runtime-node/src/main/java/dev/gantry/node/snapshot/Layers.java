package dev.gantry.node.snapshot;

import com.github.luben.zstd.ZstdInputStream;
import dev.gantry.engine.Digest;
import dev.gantry.node.kernel.Trees;
import dev.gantry.services.ResolvedImage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.zip.GZIPInputStream;

/**
 * The layers on this host, each unpacked once however many ask.
 *
 * <pre>
 * layers/sha256/HEX      a layer, by its diff ID: whole, or not there
 * layers/partial/…       being unpacked; removed at start
 * </pre>
 */
public final class Layers {
  private static final int PARALLEL = 3;
  private static final int BUFFER_BYTES = 256 << 10;

  private final Path root;
  private final Path partial;
  private final LayerUnpacker unpacker;
  private final Semaphore slots = new Semaphore(PARALLEL);
  private final Map<Digest, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

  /** Opens the layers below {@code root} and removes what was half unpacked. */
  public Layers(Path root, LayerLimits limits) throws IOException {
    this.root = root;
    this.partial = root.resolve("partial");
    this.unpacker = new LayerUnpacker(limits);
    if (Files.exists(partial)) {
      Trees.delete(partial);
    }
    Files.createDirectories(partial);
  }

  /** Where a layer is. */
  public Path folder(Digest diffId) {
    return root.resolve(diffId.algorithm()).resolve(diffId.hex());
  }

  /** Makes sure that all layers are here. */
  public void ensure(List<ResolvedImage.Layer> layers, BlobSource source) throws IOException {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (ResolvedImage.Layer layer : layers) {
      if (!Files.isDirectory(folder(layer.diffId()))) {
        all.add(fetch(layer, source));
      }
    }
    for (CompletableFuture<Void> one : all) {
      try {
        one.join();
      } catch (CompletionException e) {
        switch (e.getCause()) {
          case IOException cause -> throw cause;
          // As that image-service is away, which is no fault of the node.
          case RuntimeException cause -> throw cause;
          case null, default -> throw e;
        }
      }
    }
  }

  private CompletableFuture<Void> fetch(ResolvedImage.Layer layer, BlobSource source) {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> others = underWay.putIfAbsent(layer.diffId(), mine);
    if (others != null) {
      return others;
    }
    Thread.ofVirtual()
        .name("layer-" + layer.diffId().hex().substring(0, 12))
        .start(
            () -> {
              try {
                slots.acquire();
                try {
                  unpack(layer, source);
                } finally {
                  slots.release();
                }
                underWay.remove(layer.diffId());
                mine.complete(null);
              } catch (Throwable e) {
                // Whatever it is, those who wait are told.
                underWay.remove(layer.diffId());
                mine.completeExceptionally(e);
              }
            });
    return mine;
  }

  private void unpack(ResolvedImage.Layer layer, BlobSource source) throws IOException {
    Path target = folder(layer.diffId());
    if (Files.isDirectory(target)) {
      return;
    }
    Path folder = Files.createTempDirectory(partial, layer.diffId().hex().substring(0, 12));
    try {
      MessageDigest blobHash = layer.digest().newHash();
      MessageDigest diffHash = layer.diffId().newHash();
      try (InputStream blob = new DigestInputStream(source.open(layer.digest()), blobHash)) {
        BufferedInputStream buffered = new BufferedInputStream(blob, BUFFER_BYTES);
        try (InputStream tar = new DigestInputStream(uncompressed(buffered), diffHash)) {
          unpacker.unpack(tar, folder);
          buffered.transferTo(OutputStream.nullOutputStream());
        }
      }
      require(layer.digest(), blobHash);
      require(layer.diffId(), diffHash);
      Files.createDirectories(root.resolve(layer.diffId().algorithm()));
      Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel parent =
          FileChannel.open(root.resolve(layer.diffId().algorithm()), StandardOpenOption.READ)) {
        parent.force(true);
      }
    } catch (Throwable e) {
      Trees.delete(folder);
      throw e;
    }
  }

  private static void require(Digest expected, MessageDigest hash) throws IOException {
    String hex = HexFormat.of().formatHex(hash.digest());
    if (!hex.equals(expected.hex())) {
      throw new RefusedLayerException(
          "a layer is not what its digest says: " + expected + " is " + hex);
    }
  }

  private static InputStream uncompressed(BufferedInputStream blob) throws IOException {
    blob.mark(4);
    byte[] magic = blob.readNBytes(4);
    blob.reset();
    if (magic.length >= 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b) {
      return new GZIPInputStream(blob, BUFFER_BYTES);
    }
    if (magic.length == 4
        && (magic[0] & 0xff) == 0x28
        && (magic[1] & 0xff) == 0xb5
        && (magic[2] & 0xff) == 0x2f
        && (magic[3] & 0xff) == 0xfd) {
      return new ZstdInputStream(blob);
    }
    return blob;
  }
}
