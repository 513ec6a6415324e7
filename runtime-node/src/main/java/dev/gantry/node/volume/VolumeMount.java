package dev.gantry.node.volume;

import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.MountFlags;
import dev.gantry.node.kernel.Mounts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the options of a volume have mounted on its folder, while containers use it. */
final class VolumeMount {
  private static final String ADDRESS = "addr=";

  private VolumeMount() {}

  /** Mounts it, unless it is. */
  static void up(LocalOptions options, Path data) throws IOException {
    if (Mounts.isMounted(data)) {
      return;
    }
    MountFlags how = MountFlags.parse(options.words());
    MountFlags resolved = new MountFlags(how.flags(), resolved(options, how.data()), List.of());
    try {
      Mounts.mount(options.device(), data, options.type(), resolved);
    } catch (KernelException e) {
      throw new IOException(
          "error while mounting volume '%s': failed to mount local volume: mount %s:%s%s%s: %s"
              .formatted(
                  data,
                  options.device(),
                  data,
                  how.flags() == 0 ? "" : ", flags: 0x" + Long.toHexString(how.flags()),
                  how.data().isEmpty() ? "" : ", data: " + how.data(),
                  e.reason()),
          e);
    }
  }

  /** The kernel takes the server of a network file system by its address only. */
  private static String resolved(LocalOptions options, String data) throws IOException {
    if (!options.type().startsWith("nfs") && !options.type().equals("cifs")) {
      return data;
    }
    List<String> words = new ArrayList<>();
    for (String word : data.split(",", -1)) {
      words.add(word.startsWith(ADDRESS) ? ADDRESS + address(word) : word);
    }
    return String.join(",", words);
  }

  private static String address(String word) throws IOException {
    String host = word.substring(ADDRESS.length());
    try {
      return InetAddress.getByName(host).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IOException("error resolving passed in network volume address: " + host, e);
    }
  }

  /** Unmounts it, however often it was mounted. */
  static void down(Path data) throws IOException {
    while (Mounts.isMounted(data)) {
      if (!Mounts.unmount(data)) {
        throw new IOException("cannot unmount " + data);
      }
    }
  }
}
