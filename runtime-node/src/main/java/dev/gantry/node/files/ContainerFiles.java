package dev.gantry.node.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.engine.FilesystemChange;
import dev.gantry.layer.EntryPath;
import dev.gantry.node.archive.Decompression;
import dev.gantry.node.archive.EntryUnpacker;
import dev.gantry.node.archive.Memory;
import dev.gantry.node.archive.TreeArchive;
import dev.gantry.node.bundle.Users;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.State;
import dev.gantry.node.kernel.Errno;
import dev.gantry.node.kernel.Fd;
import dev.gantry.node.kernel.FileStatus;
import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.Mounts;
import dev.gantry.node.kernel.OpenFolder;
import dev.gantry.node.kernel.PrivateTree;
import dev.gantry.node.kernel.RootedPaths;
import dev.gantry.node.kernel.UnpackRoot;
import dev.gantry.node.snapshot.SnapshotStore;
import dev.gantry.node.volume.Volumes;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What is done to the files of a container from outside, whether it runs or not. The kernel walks
 * every path inside the container's root, so that no link and no race leaves it.
 */
public final class ContainerFiles {
  /** Pieces of memory for a walk through a tree, or for an archive that is unpacked. */
  private static final int OF_ONE = 4;

  private final Views views;
  private final SnapshotStore snapshots;
  private final FileRoom room = FileRoom.ofHeap();

  public ContainerFiles(SnapshotStore snapshots, Volumes volumes, RandomGenerator random) {
    this.views = new Views(snapshots, volumes, random);
    this.snapshots = snapshots;
  }

  /** What is done with a path that was found. */
  @FunctionalInterface
  public interface Found {
    /**
     * @param content writes the path and what is below it as a tar archive
     */
    void found(PathStat stat, Content content) throws IOException;
  }

  /** What there is to send. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Looks a path up. */
  public void find(ContainerCell cell, String path, Found found) {
    ContainerPath at = parse(path);
    if (cell.state() instanceof State.Created) {
      boolean unused =
          cell.exclusively(
              () -> {
                if (cell.state() instanceof State.Created) {
                  views.prepare(cell.record());
                }
                return true;
              });
    }
    ContainerRecord record = cell.record();
    failing(
        record,
        at,
        () -> {
          try (FileRoom.Place place = place(record);
              PrivateTree view = views.forReading(record);
              RootedPaths inside = RootedPaths.in(view.root());
              Fd parent = inside.locateFolder(at.folder());
              OpenFolder folder = OpenFolder.of(parent)) {
            FileStatus status = at.isFolder() ? folder.status() : folder.status(at.base());
            String target = status.isLink() ? target(view, inside, folder, at) : "";
            found.found(
                PathStat.of(text(at.name()), status, text(target)),
                out -> write(folder, at, status, out, place));
          }
        });
  }

  /** Memory for what is done with the files of a container; closed when it is done. */
  public FileRoom.Place place(ContainerRecord record) {
    return room.take(record.team(), OF_ONE);
  }

  private static void write(
      OpenFolder folder, ContainerPath at, FileStatus status, OutputStream out, Memory memory)
      throws IOException {
    try (TreeArchive archive = new TreeArchive(out, memory)) {
      if (at.isFolder()) {
        archive.folder(folder, at.name());
      } else if (status.isFolder()) {
        try (OpenFolder inside = folder.folder(at.base())) {
          archive.folder(inside, at.name());
        }
      } else {
        archive.entry(folder, at.base(), at.name());
      }
    }
  }

  /** What a link comes to inside the container, whether it is there or not. */
  private static String target(
      PrivateTree view, RootedPaths inside, OpenFolder folder, ContainerPath at)
      throws IOException {
    try (Fd end = inside.locateBytes(at.whole())) {
      String root = bytes(Files.readSymbolicLink(Path.of(view.root().path())));
      String path = bytes(Files.readSymbolicLink(Path.of(end.path())));
      return path.equals(root) ? "/" : path.substring(root.length());
    } catch (KernelException _) {
      String link = folder.link(at.base());
      return ContainerPath.parse(link.startsWith("/") ? link : at.folder() + link).whole();
    }
  }

  private static String bytes(Path path) {
    return new String(path.toString().getBytes(UTF_8), ISO_8859_1);
  }

  private static String text(String bytes) {
    return new String(bytes.getBytes(ISO_8859_1), UTF_8);
  }

  /**
   * Unpacks a tar archive, compressed or not, into a folder of the container.
   *
   * @param keepsKinds a folder may not give way to what is none, nor the other way
   * @param asUser files become those of the container's user, in place of the archive's owners
   */
  public void extract(
      ContainerCell cell, String path, boolean keepsKinds, boolean asUser, InputStream tar) {
    ContainerPath at = parse(path);
    ContainerRecord record = cell.record();
    Decompression packed = begun(record, tar);
    try (FileRoom.Place _ = room.take(record.team(), OF_ONE + packed.pieces())) {
      extract(cell, at, () -> extract(record, at, keepsKinds, asUser, packed));
    }
  }

  private static Decompression begun(ContainerRecord record, InputStream tar) {
    try {
      return Decompression.of(tar);
    } catch (IOException e) {
      throw failed(record, e);
    }
  }

  private void extract(ContainerCell cell, ContainerPath at, Step step) {
    ContainerRecord record = cell.record();
    if (record.state().life() != null) {
      failing(record, at, step);
      return;
    }
    boolean unused =
        cell.exclusively(
            () -> {
              if (cell.state().life() != null) {
                throw new ServiceException(
                    ErrorCode.CONFLICT, "container " + cell.id() + " has just been started");
              }
              if (cell.state() instanceof State.Created) {
                views.prepare(record);
              }
              failing(record, at, step);
              return true;
            });
  }

  private void extract(
      ContainerRecord record,
      ContainerPath at,
      boolean keepsKinds,
      boolean asUser,
      Decompression packed)
      throws IOException {
    try (PrivateTree view = views.forWriting(record);
        RootedPaths inside = RootedPaths.in(view.root());
        Fd target = inside.locateBytes(at.whole());
        UnpackRoot root = UnpackRoot.in(view.root())) {
      if (!FileStatus.of(target).isFolder()) {
        throw new ServiceException(ErrorCode.INVALID, "extraction point is not a directory");
      }
      requireWritable(record, view, target);
      String folder = at.folder() + (at.isFolder() ? "" : at.base());
      var extraction =
          new Extraction(EntryPath.clean(folder), keepsKinds, owner(record, view, asUser));
      try {
        extraction.into(root, packed.open());
      } catch (IOException e) {
        throw e instanceof KernelException kernel && kernel.isShortage()
            ? failed(record, e)
            : new ServiceException(
                ErrorCode.INVALID, "Error processing tar file: " + e.getMessage(), e);
      }
    }
  }

  private static void requireWritable(ContainerRecord record, PrivateTree view, Fd target)
      throws IOException {
    boolean inSnapshot = FileStatus.of(target).device() == FileStatus.of(view.root()).device();
    if (inSnapshot && Boolean.TRUE.equals(record.spec().host().readonlyRootfs())) {
      throw new ServiceException(ErrorCode.FORBIDDEN, "container rootfs is marked read-only");
    }
    if (!inSnapshot && Mounts.isReadOnly(target)) {
      throw new ServiceException(ErrorCode.FORBIDDEN, "mounted volume is marked read-only");
    }
  }

  private static EntryUnpacker.Owner owner(ContainerRecord record, PrivateTree view, boolean asUser)
      throws IOException {
    String user = record.spec().config().user();
    if (!asUser || user == null || user.isEmpty()) {
      return EntryUnpacker.Owner.OF_ARCHIVE;
    }
    try {
      Users.Identity identity = Users.resolve(Path.of(view.root().path()), user, null);
      return (root, path, _, _) -> root.owner(path, identity.uid(), identity.gid());
    } catch (Users.UnknownUserException e) {
      throw new ServiceException(ErrorCode.INVALID, String.valueOf(e.getMessage()), e);
    }
  }

  /** Writes the container's file system without what is mounted into it. */
  public void export(ContainerRecord record, OutputStream out) throws IOException {
    try (FileRoom.Place place = place(record);
        PrivateTree view = views.ofSnapshot(record);
        OpenFolder root = OpenFolder.of(view.root());
        TreeArchive archive = new TreeArchive(out, place)) {
      archive.content(root, "");
    }
  }

  /** Tells what the container changed, compared with its image, one by one. */
  public void changes(ContainerRecord record, Consumer<FilesystemChange> to) throws IOException {
    try (FileRoom.Place _ = place(record)) {
      tellChanges(record, new ChangeList(to));
    }
  }

  /** The same as the archive of a layer above those of its image. */
  public void writeLayer(ContainerRecord record, FileRoom.Place place, OutputStream out)
      throws IOException {
    try (TreeArchive archive = TreeArchive.exact(out, place)) {
      tellChanges(record, new LayerOut(archive));
    }
  }

  private void tellChanges(ContainerRecord record, Changes.Sink sink) throws IOException {
    Path upper = snapshots.upper(record.id());
    if (!Files.isDirectory(upper)) {
      return;
    }
    try (PrivateTree view = views.ofImage(record);
        OpenFolder image = OpenFolder.of(view.root());
        OpenFolder changed = OpenFolder.at(upper)) {
      Changes.tell(changed, image, sink);
    }
  }

  private static ContainerPath parse(String path) {
    if (path.isEmpty()) {
      throw new ServiceException(ErrorCode.INVALID, "bad parameter: path cannot be empty");
    }
    return ContainerPath.parse(path);
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private static void failing(ContainerRecord record, ContainerPath at, Step step) {
    try {
      step.run();
    } catch (KernelException e) {
      throw switch (e.errno()) {
        case Errno.ENOENT ->
            new ServiceException(
                ErrorCode.NOT_FOUND,
                "Could not find the file %s in container %s"
                    .formatted(text(at.whole()), record.identity().name()));
        case Errno.ENOTDIR -> new ServiceException(ErrorCode.INVALID, "not a directory");
        case Errno.ELOOP -> new ServiceException(ErrorCode.INVALID, "too many links in the path");
        default -> failed(record, e);
      };
    } catch (IOException e) {
      throw failed(record, e);
    }
  }

  private static ServiceException failed(ContainerRecord record, IOException e) {
    return new ServiceException(
        ErrorCode.INTERNAL,
        "cannot reach the files of container " + record.id() + ": " + e.getMessage(),
        e);
  }
}
