package dev.gantry.image.bucket;

import dev.gantry.services.SettingsCheck;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The bucket in which blobs are kept.
 *
 * @param bucket its name; empty where blobs are files
 * @param endpoint {@code http(s)://HOST[:PORT]}; empty for that of AWS in the region
 * @param prefix of the names of all objects; it ends with a slash or is empty
 * @param pathStyle the bucket is named in the path, not in the host
 * @param credentialsFile with {@code aws_access_key_id} and {@code aws_secret_access_key}, as the
 *     AWS CLI has it; empty for what the SDK finds by itself
 * @param stall for how long the server may say nothing
 */
public record BucketSettings(
    String bucket,
    String endpoint,
    String region,
    String prefix,
    boolean pathStyle,
    String credentialsFile,
    Duration stall) {
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,64}");
  private static final Pattern PREFIX =
      Pattern.compile("([A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}/){0,8}");

  public BucketSettings {
    if (!bucket.isEmpty()) {
      new SettingsCheck()
          .require(
              BUCKET.matcher(bucket).matches(), "gantry.image.s3.bucket", "must be a bucket's name")
          .require(
              endpoint.isEmpty() || isOrigin(endpoint),
              "gantry.image.s3.endpoint",
              "must be http:// or https:// with a host")
          .require(
              REGION.matcher(region).matches(), "gantry.image.s3.region", "must be a region's name")
          .require(
              PREFIX.matcher(prefix).matches(),
              "gantry.image.s3.prefix",
              "must be empty or end with a slash, and have letters, digits, '.', '_' and '-' only")
          .require(
              credentialsFile.isEmpty() || isReadable(credentialsFile),
              "gantry.image.s3.credentials-file",
              "must be the absolute path of a file that can be read")
          .require(stall.isPositive(), "gantry.image.s3.stall", "must be positive")
          .done();
    }
  }

  /** As the service's own variables say, for programs beside it. */
  public static BucketSettings of(Map<String, String> environment) {
    return new BucketSettings(
        environment.getOrDefault("GANTRY_IMAGE_S3_BUCKET", ""),
        environment.getOrDefault("GANTRY_IMAGE_S3_ENDPOINT", ""),
        environment.getOrDefault("GANTRY_IMAGE_S3_REGION", "us-east-1"),
        environment.getOrDefault("GANTRY_IMAGE_S3_PREFIX", ""),
        Boolean.parseBoolean(environment.getOrDefault("GANTRY_IMAGE_S3_PATH_STYLE", "false")),
        environment.getOrDefault("GANTRY_IMAGE_S3_CREDENTIALS_FILE", ""),
        Duration.ofSeconds(10));
  }

  /** Whether blobs are kept in a bucket at all. */
  public boolean isUsed() {
    return !bucket.isEmpty();
  }

  Optional<URI> endpointUri() {
    return endpoint.isEmpty() ? Optional.empty() : Optional.of(URI.create(endpoint));
  }

  private static boolean isReadable(String text) {
    Path path = Path.of(text);
    return path.isAbsolute() && Files.isReadable(path) && Files.isRegularFile(path);
  }

  private static boolean isOrigin(String text) {
    try {
      URI uri = URI.create(text);
      String path = uri.getPath();
      return List.of("http", "https").contains(String.valueOf(uri.getScheme()))
          && uri.getHost() != null
          && uri.getUserInfo() == null
          && uri.getQuery() == null
          && (path == null || path.isEmpty() || path.equals("/"));
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
