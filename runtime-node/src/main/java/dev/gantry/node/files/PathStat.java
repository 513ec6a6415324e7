package dev.gantry.node.files;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.gantry.node.kernel.FileStatus;
import java.time.Instant;

/**
 * What the header {@code X-Docker-Container-Path-Stat} tells of a path.
 *
 * @param mode as Go's {@code fs.FileMode}: permissions, and the kind in the upper bits
 * @param linkTarget what a symbolic link comes to in the container; empty for all else
 */
public record PathStat(
    @JsonProperty("name") String name,
    @JsonProperty("size") long size,
    @JsonProperty("mode") long mode,
    @JsonProperty("mtime") Instant mtime,
    @JsonProperty("linkTarget") String linkTarget) {
  private static final long FOLDER = 1L << 31;
  private static final long LINK = 1L << 27;
  private static final long DEVICE = 1L << 26;
  private static final long PIPE = 1L << 25;
  private static final long SOCKET = 1L << 24;
  private static final long SET_USER = 1L << 23;
  private static final long SET_GROUP = 1L << 22;
  private static final long CHARACTER_DEVICE = 1L << 21;
  private static final long STICKY = 1L << 20;

  static PathStat of(String name, FileStatus status, String linkTarget) {
    return new PathStat(name, status.size(), mode(status), status.modified(), linkTarget);
  }

  private static long mode(FileStatus status) {
    long mode = status.mode() & 0777;
    mode |= status.isFolder() ? FOLDER : 0;
    mode |= status.isLink() ? LINK : 0;
    mode |= status.isBlockDevice() ? DEVICE : 0;
    mode |= status.isCharacterDevice() ? DEVICE | CHARACTER_DEVICE : 0;
    mode |= status.isPipe() ? PIPE : 0;
    mode |= status.isSocket() ? SOCKET : 0;
    mode |= (status.mode() & 04000) != 0 ? SET_USER : 0;
    mode |= (status.mode() & 02000) != 0 ? SET_GROUP : 0;
    mode |= (status.mode() & 01000) != 0 ? STICKY : 0;
    return mode;
  }
}
