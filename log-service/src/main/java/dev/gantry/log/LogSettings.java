package dev.gantry.log;

import dev.gantry.services.SettingsCheck;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The settings of log-service.
 *
 * @param data where chunks of output are kept
 * @param sealBytes so many uncompressed bytes of one container are worth a file
 * @param faultPoints named places of crash tests
 */
@ConfigurationProperties(prefix = "gantry.log", ignoreUnknownFields = false)
public record LogSettings(
    Path data,
    int sealBytes,
    String faultPoints,
    String kafka,
    Path certs,
    String cert,
    String advertise) {
  public LogSettings {
    new SettingsCheck()
        .require(data.isAbsolute(), "gantry.log.data", "must be an absolute path")
        .require(sealBytes >= 4096, "gantry.log.seal-bytes", "must be at least 4096")
        .done();
  }
}
