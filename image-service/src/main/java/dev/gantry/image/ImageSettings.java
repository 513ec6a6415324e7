package dev.gantry.image;

import dev.gantry.image.bucket.BucketSettings;
import dev.gantry.image.distribution.RegistryAddress;
import dev.gantry.image.remote.RemoteSettings;
import dev.gantry.services.SettingsCheck;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The settings of image-service.
 *
 * @param data where blobs are kept, or, with a bucket, only what is on its way in
 * @param s3 the bucket in which blobs are kept
 * @param layerBytes what a layer may unpack to, in bytes
 * @param layerEntries files that a layer may have
 * @param registry where the registry listens: an address of loopback with a port
 * @param registryTls where the registry listens with TLS; empty for nowhere
 * @param gatewayUrl where the gateway is, who knows credentials; several are comma separated
 * @param zone where this service is, for nodes that are elsewhere; empty for no zone
 * @param uploadExpiry for how long an upload is kept for which nothing comes
 * @param blobGrace for how long a blob is kept that was pushed and that no manifest names
 * @param openUploads that a team may have
 * @param remote of the traffic with other registries
 * @param faultPoints named places of crash tests
 */
@ConfigurationProperties(prefix = "gantry.image", ignoreUnknownFields = false)
public record ImageSettings(
    Path data,
    BucketSettings s3,
    long layerBytes,
    long layerEntries,
    String registry,
    String registryTls,
    String gatewayUrl,
    String zone,
    Duration uploadExpiry,
    Duration blobGrace,
    int openUploads,
    RemoteSettings remote,
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
        .require(
            RegistryAddress.isLoopback(registry),
            "gantry.image.registry",
            "must be an address of loopback with a port")
        .require(
            registryTls.isEmpty() || RegistryAddress.isValid(registryTls),
            "gantry.image.registry-tls",
            "must be an address with a port")
        .require(!gatewayUrl.isEmpty(), "gantry.image.gateway-url", "must name a gateway")
        .require(zone.matches("[a-zA-Z0-9_.-]{0,63}"), "gantry.image.zone", "must be a name")
        .require(uploadExpiry.isPositive(), "gantry.image.upload-expiry", "must be positive")
        .require(blobGrace.isPositive(), "gantry.image.blob-grace", "must be positive")
        .require(openUploads > 0, "gantry.image.open-uploads", "must be positive")
        .done();
  }
}
