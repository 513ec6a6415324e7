package dev.gantry.audit;

import dev.gantry.services.SettingsCheck;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The settings of audit-service.
 *
 * @param kafka host and port of the broker
 * @param certs folder with the platform's certificates
 * @param advertise the host that others reach this service by
 */
@ConfigurationProperties(prefix = "gantry.audit", ignoreUnknownFields = false)
public record AuditSettings(String kafka, Path certs, String cert, String advertise) {
  public AuditSettings {
    new SettingsCheck()
        .require(kafka.contains(":"), "gantry.audit.kafka", "must be HOST:PORT")
        .require(!cert.isEmpty(), "gantry.audit.cert", "must name a certificate")
        .done();
  }
}
