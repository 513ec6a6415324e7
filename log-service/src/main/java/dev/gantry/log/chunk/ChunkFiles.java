package dev.gantry.log.chunk;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The files of blocks.
 *
 * <pre>
 * ROOT/TEAM/ab/abcd…64 hex/00000000000000000000-5f3a9c01.zst   first line, random
 * </pre>
 *
 * <p>A file is written beside, forced and renamed, and never changed. The random part keeps a
 * repeated attempt, after a transaction was rolled back, from touching a file that is already
 * spoken of.
 */
public final class ChunkFiles {
  private static final String SUFFIX = ".zst";
  private static final String BESIDE = ".new";

  private final Path root;
  private final RandomGenerator random;

  public ChunkFiles(Path root, RandomGenerator random) {
    this.root = root;
    this.random = random;
  }

  /** Writes a compressed block durably; answers its name, relative to the root. */
  public String write(TeamId team, ContainerId container, long firstLine, byte[] compressed)
      throws IOException {
    Path folder = folder(team, container);
    boolean isNew = !Files.isDirectory(folder);
    Files.createDirectories(folder);
    String name =
        "%020d-%s%s".formatted(firstLine, HexFormat.of().toHexDigits(random.nextInt()), SUFFIX);
    Path file = folder.resolve(name);
    Path beside = folder.resolve(name + BESIDE);
    try (FileChannel out =
        FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(compressed);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(beside);
      throw e;
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    force(folder);
    if (isNew) {
      force(folder.resolve(".."));
      force(folder.resolve("../.."));
      force(root);
    }
    return root.relativize(file).toString();
  }

  public byte[] read(String name) throws IOException {
    return Files.readAllBytes(root.resolve(name));
  }

  /** Removes a file, and the container's folder with its last one; an absent file is no error. */
  public void delete(String name) throws IOException {
    Path file = root.resolve(name);
    Files.deleteIfExists(file);
    try (Stream<Path> left = Files.list(file.getParent())) {
      if (left.findAny().isPresent()) {
        return;
      }
    } catch (NoSuchFileException _) {
      return;
    }
    Files.deleteIfExists(file.getParent());
  }

  /** Takes the files of one container. */
  @FunctionalInterface
  public interface FolderVisitor {
    void folder(ContainerId container, List<Path> files) throws IOException;
  }

  /** Walks all containers' folders, one at a time. */
  public void visit(FolderVisitor visitor) throws IOException {
    for (Path team : children(root)) {
      for (Path prefix : children(team)) {
        for (Path folder : children(prefix)) {
          visitor.folder(new ContainerId(folder.getFileName().toString()), children(folder));
        }
      }
    }
  }

  /** The name of a file that {@link #visit} gave. */
  public String name(Path file) {
    return root.relativize(file).toString();
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.toList();
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  private Path folder(TeamId team, ContainerId container) {
    return root.resolve(team.value())
        .resolve(container.value().substring(0, 2))
        .resolve(container.value());
  }

  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
