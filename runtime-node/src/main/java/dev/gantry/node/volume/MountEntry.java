package dev.gantry.node.volume;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One mount of a container, resolved at create.
 *
 * @param volume the volume's name, for volumes
 * @param source the path on the host, for binds; what the client named, for images and sockets
 * @param anonymous the volume has no name of its own, and is removed with its last user on request
 * @param copyUp what the image has at the place goes into an empty volume
 * @param createSource make a missing source folder, as {@code -v} does and {@code --mount} does not
 * @param options of the tmpfs, or of the volume's driver where the volume is to be made
 * @param labels of the volume where it is to be made
 * @param subpath the part of the volume or image that is mounted; empty for all of it
 * @param depth what of the mounts below the source of a bind is taken along
 * @param image what the name meant at create, for images
 */
public record MountEntry(
    Kind kind,
    @Nullable String volume,
    @Nullable String source,
    String destination,
    String mode,
    boolean readOnly,
    @Nullable String propagation,
    boolean anonymous,
    boolean copyUp,
    boolean createSource,
    @Nullable Map<String, String> options,
    @Nullable Map<String, String> labels,
    @Nullable String subpath,
    @Nullable Depth depth,
    @Nullable MountedImage image) {

  /** The kinds of the Engine API that the node serves. */
  public enum Kind {
    VOLUME,
    BIND,
    TMPFS,
    /** The file system of an image, read-only. */
    IMAGE,
    /** The socket that speaks for the container's team; clients ask for it by a bind. */
    SOCKET
  }

  /** How deep a bind reaches. */
  public enum Depth {
    /** With all mounts below it, read-only ones too where it is read-only. */
    ALL,
    /** With all mounts below it, of which only the topmost becomes read-only. */
    TOP_READ_ONLY,
    /** Without the mounts below it. */
    TOP
  }

  static MountEntry ofVolume(
      @Nullable String name, String place, boolean readOnly, boolean copyUp) {
    return new MountEntry(
        Kind.VOLUME,
        name,
        null,
        place,
        "",
        readOnly,
        null,
        name == null,
        copyUp,
        false,
        null,
        null,
        null,
        null,
        null);
  }

  static MountEntry ofBind(
      String source,
      String place,
      boolean readOnly,
      @Nullable String propagation,
      boolean createSource,
      Depth depth) {
    return new MountEntry(
        Kind.BIND,
        null,
        source,
        place,
        "",
        readOnly,
        propagation,
        false,
        false,
        createSource,
        null,
        null,
        null,
        depth,
        null);
  }

  static MountEntry ofTmpfs(String place, boolean readOnly, Map<String, String> options) {
    return new MountEntry(
        Kind.TMPFS,
        null,
        null,
        place,
        "",
        readOnly,
        null,
        false,
        false,
        false,
        options,
        null,
        null,
        null,
        null);
  }

  /** What is in an image can't be changed. */
  static MountEntry ofImage(String name, String place, String subpath) {
    return new MountEntry(
        Kind.IMAGE,
        null,
        name,
        place,
        "",
        true,
        null,
        false,
        false,
        false,
        null,
        null,
        subpath,
        null,
        null);
  }

  /** The same with what its image is. */
  public MountEntry of(MountedImage found) {
    return with(depth, found);
  }

  /** The same with the name that an anonymous volume got. */
  public MountEntry named(String name) {
    return with(name, mode, readOnly, copyUp, createSource);
  }

  /** The team's socket in place of what the host has at the source. */
  public MountEntry asTeamSocket() {
    return new MountEntry(
        Kind.SOCKET,
        null,
        source,
        destination,
        mode,
        readOnly,
        propagation,
        false,
        false,
        false,
        null,
        null,
        null,
        depth,
        null);
  }

  /** The same, where it is a bind of which the mounts below would become read-only, too. */
  MountEntry readOnlyAtTop() {
    boolean deep = kind == Kind.BIND && readOnly && depth == Depth.ALL;
    return deep ? with(Depth.TOP_READ_ONLY, image) : this;
  }

  private MountEntry with(@Nullable Depth reach, @Nullable MountedImage found) {
    return new MountEntry(
        kind,
        volume,
        source,
        destination,
        mode,
        readOnly,
        propagation,
        anonymous,
        copyUp,
        createSource,
        options,
        labels,
        subpath,
        reach,
        found);
  }

  MountEntry withMode(String words) {
    return with(volume, words, readOnly, copyUp, createSource);
  }

  /** The same, with its source made where it is missing. */
  MountEntry withSourceMade() {
    return with(volume, mode, readOnly, copyUp, true);
  }

  /** The same for another container, which finds the volume filled. */
  public MountEntry inherited(boolean asReadOnly) {
    return with(volume, "", readOnly || asReadOnly, false, createSource);
  }

  /** The same volume, made with what was asked of its driver, of which a part is mounted. */
  MountEntry madeWith(
      @Nullable Map<String, String> driverOptions,
      @Nullable Map<String, String> volumeLabels,
      String part) {
    return new MountEntry(
        kind,
        volume,
        source,
        destination,
        mode,
        readOnly,
        propagation,
        anonymous,
        copyUp && part.isEmpty(),
        createSource,
        driverOptions,
        volumeLabels,
        part,
        depth,
        image);
  }

  private MountEntry with(
      @Nullable String name, String words, boolean asReadOnly, boolean filled, boolean makeSource) {
    return new MountEntry(
        kind,
        name,
        source,
        destination,
        words,
        asReadOnly,
        propagation,
        anonymous,
        filled,
        makeSource,
        options,
        labels,
        subpath,
        depth,
        image);
  }
}
