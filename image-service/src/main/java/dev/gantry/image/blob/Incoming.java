package dev.gantry.image.blob;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * What is on its way in, on the local disk. Several instances may share the folder; each keeps its
 * half-written files in a folder of its own, and a folder whose instance is gone is removed by the
 * next one that starts.
 */
public final class Incoming implements AutoCloseable {
  private static final Pattern UPLOAD =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final BlobPaths paths;
  private final String instance;
  private final FileChannel lockFile;
  private final AtomicLong stagings = new AtomicLong();

  private Incoming(BlobPaths paths, String instance, FileChannel lockFile) {
    this.paths = paths;
    this.instance = instance;
    this.lockFile = lockFile;
  }

  /** Opens it, making its folders where they are missing. */
  public static Incoming open(Path root) {
    try {
      BlobPaths paths = new BlobPaths(root);
      Files.createDirectories(paths.incoming());
      Files.createDirectories(paths.uploads());
      byte[] random = new byte[8];
      ThreadLocalRandom.current().nextBytes(random);
      String instance = HexFormat.of().formatHex(random);
      FileChannel lockFile =
          FileChannel.open(
              paths.instanceLock(instance),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE);
      if (lockFile.tryLock() == null) {
        throw new IOException("cannot lock " + paths.instanceLock(instance));
      }
      Files.createDirectory(paths.instance(instance));
      return new Incoming(paths, instance, lockFile);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the image store at " + root, e);
    }
  }

  /** By which name others know that this instance lives. */
  public String instance() {
    return instance;
  }

  /** A place for content on its way in. */
  public Staging stage() {
    return new Staging(paths.instance(instance).resolve(Long.toString(stagings.incrementAndGet())));
  }

  /** Where the content of an upload is; there is no file until something came. */
  public Path upload(UUID id) {
    return paths.uploads().resolve(id.toString());
  }

  /** The uploads of which something came. */
  public List<UUID> uploads() throws IOException {
    return Durable.list(paths.uploads()).stream()
        .map(file -> file.getFileName().toString())
        .filter(name -> UPLOAD.matcher(name).matches())
        .map(UUID::fromString)
        .toList();
  }

  /** Files of loads and saves that are under way or were left by the dead. */
  public long files() throws IOException {
    try (var files = Files.walk(paths.incoming())) {
      return files
          .filter(file -> Files.isRegularFile(file) && !file.toString().endsWith(".lock"))
          .count();
    }
  }

  /** Removes what instances that are gone have left half done, and answers which they were. */
  public List<String> removeLeftovers() throws IOException {
    List<String> dead = new ArrayList<>();
    for (Path file : Durable.list(paths.incoming())) {
      String name = file.getFileName().toString();
      if (name.endsWith(".lock") && !name.equals(instance + ".lock")) {
        String other = name.substring(0, name.length() - ".lock".length());
        if (removeIfDead(other)) {
          dead.add(other);
        }
      }
    }
    return dead;
  }

  private boolean removeIfDead(String other) throws IOException {
    Path lock = paths.instanceLock(other);
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      if (held != null) {
        Durable.removeTree(paths.instance(other));
        return Files.deleteIfExists(lock);
      }
    } catch (OverlappingFileLockException | NoSuchFileException _) {
      // Alive in this very process, or removed by another one that starts now.
    }
    return false;
  }

  @Override
  public void close() {
    try {
      Durable.removeTree(paths.instance(instance));
      Files.deleteIfExists(paths.instanceLock(instance));
      lockFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the image store", e);
    }
  }
}
