package dev.gantry.image;

import dev.gantry.services.SettingsCheck;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The settings of image-service.
 *
 * @param data where blobs are kept
 * @param layerBytes what a layer may unpack to, in bytes
 * @param layerEntries files that a layer may have
 * @param faultPoints named places of crash tests
 */
@ConfigurationProperties(prefix = "gantry.image", ignoreUnknownFields = false)
public record ImageSettings(
    Path data,
    long layerBytes,
    long layerEntries,
    String faultPoints,
    String kafka,
    Path certs,
    String cert,
    String advertise) {

  public ImageSettings {
    new SettingsCheck()
        .require(data.isAbsolute(), "gantry.image.data", "must be an absolute path")
        .require(layerBytes > 0, "gantry.image.layer-bytes", "must be positive")
        .require(layerEntries > 0, "gantry.image.layer-entries", "must be positive")
        .done();
  }
}
