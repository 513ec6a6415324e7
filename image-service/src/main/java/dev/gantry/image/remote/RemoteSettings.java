package dev.gantry.image.remote;

import dev.gantry.services.SettingsCheck;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * The settings of the traffic with other registries.
 *
 * @param insecureRegistries {@code HOST:PORT} or {@code ADDRESS/BITS}: registries that may be on
 *     addresses of this host, speak plain HTTP and have any certificate
 * @param registryMirrors {@code http(s)://HOST[:PORT]}, asked in this order before Docker Hub is
 * @param parallel how many blobs of one image are on their way at once
 * @param transfers how many pulls and pushes a team may have under way
 * @param stall for how long another registry may say nothing
 */
public record RemoteSettings(
    List<String> insecureRegistries,
    List<String> registryMirrors,
    int parallel,
    int transfers,
    Duration stall) {

  public RemoteSettings {
    new SettingsCheck()
        .require(
            insecureRegistries.stream().allMatch(InsecureRegistries::isValid),
            "gantry.image.remote.insecure-registries",
            "must be hosts with ports or address blocks")
        .require(
            registryMirrors.stream().allMatch(RemoteSettings::isOrigin),
            "gantry.image.remote.registry-mirrors",
            "must be http:// or https:// with a host")
        .require(parallel > 0, "gantry.image.remote.parallel", "must be positive")
        .require(transfers > 0, "gantry.image.remote.transfers", "must be positive")
        .require(stall.isPositive(), "gantry.image.remote.stall", "must be positive")
        .done();
  }

  private static boolean isOrigin(String text) {
    try {
      URI uri = URI.create(text);
      String path = uri.getPath();
      return List.of("http", "https").contains(String.valueOf(uri.getScheme()))
          && uri.getHost() != null
          && uri.getUserInfo() == null
          && (path == null || path.isEmpty() || path.equals("/"));
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
