package dev.gantry.node.volume;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One mount of a container, resolved at create.
 *
 * @param volume the volume's name, for volumes
 * @param source the path on the host, for binds
 * @param anonymous made for this container alone, and removed with it on request
 * @param copyUp what the image has at the place goes into an empty volume
 * @param createSource make a missing source folder, as {@code -v} does and {@code --mount} does not
 * @param options tmpfs options, by name
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
    Map<String, String> options) {

  /** The same with the name that an anonymous volume got. */
  public MountEntry named(String name) {
    return new MountEntry(
        kind,
        name,
        source,
        destination,
        mode,
        readOnly,
        propagation,
        anonymous,
        copyUp,
        createSource,
        options);
  }

  /** The same for another container, whose own it is not. */
  public MountEntry inherited(boolean asReadOnly) {
    return new MountEntry(
        kind,
        volume,
        source,
        destination,
        mode,
        readOnly || asReadOnly,
        propagation,
        false,
        copyUp,
        createSource,
        options);
  }

  /** The kinds of the Engine API that the node serves. */
  public enum Kind {
    VOLUME,
    BIND,
    TMPFS
  }
}
