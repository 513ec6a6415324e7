package dev.gantry.image.bucket;

import dev.gantry.ops.testkit.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A server of S3's protocol, a process of its own: one for all tests that want it, started for the
 * first and stopped after the last. Each bucket that it is asked for is empty.
 */
public final class S3Server implements AutoCloseable {
  private static final String BUCKET = "gantry-test";

  private final Process process;
  private final Path folder;
  private final Path credentials;
  private final String endpoint;
  private final S3Client client;

  private S3Server(Process process, Path folder, Path credentials, String endpoint) {
    this.process = process;
    this.folder = folder;
    this.credentials = credentials;
    this.endpoint = endpoint;
    this.client =
        S3Client.builder()
            .region(Region.US_EAST_1)
            .endpointOverride(URI.create(endpoint))
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "secret")))
            .httpClientBuilder(Apache5HttpClient.builder())
            .build();
  }

  static S3Server start() {
    int port = FreePorts.next();
    try {
      Path folder = Files.createTempDirectory("gantry-s3");
      Path credentials = folder.resolve("credentials");
      Files.writeString(
          credentials, "[default]\naws_access_key_id = test\naws_secret_access_key = secret\n");
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-Xmx256m",
                  "-Djava.io.tmpdir=" + folder,
                  "-jar",
                  Path.of("target", "s3mock.jar").toAbsolutePath().toString(),
                  "--http.port=" + port,
                  "--server.port=" + FreePorts.next())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      S3Server server = new S3Server(process, folder, credentials, "http://127.0.0.1:" + port);
      server.awaitBucket();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the S3 server", e);
    }
  }

  private void awaitBucket() {
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .ignoreException(SdkException.class)
        .ignoreExceptionsInstanceOf(SdkException.class)
        .until(
            () -> {
              if (!process.isAlive()) {
                throw new IllegalStateException(Files.readString(folder.resolve("log")));
              }
              client.createBucket(create -> create.bucket(BUCKET));
              return true;
            });
  }

  /** A bucket, or what is as good as one, with nothing in it. */
  public BucketSettings bucket() {
    return settings(endpoint, UUID.randomUUID() + "/");
  }

  /** The same bucket at an address at which nobody answers. */
  public BucketSettings away(BucketSettings bucket) {
    return settings("http://127.0.0.1:" + FreePorts.next(), bucket.prefix());
  }

  InetSocketAddress address() {
    URI uri = URI.create(endpoint);
    return new InetSocketAddress(uri.getHost(), uri.getPort());
  }

  BucketSettings settings(String where, String prefix) {
    return new BucketSettings(
        BUCKET, where, "us-east-1", prefix, true, credentials.toString(), Duration.ofSeconds(20));
  }

  /** For what a blob store has no need to do. */
  S3Client client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      try (var files = Files.walk(folder)) {
        List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
        for (Path file : all) {
          Files.deleteIfExists(file);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove what the S3 server has left", e);
    }
  }

  /** Gives tests the server. */
  public static final class Shared implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
      return parameter.getParameter().getType() == S3Server.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
      return test.getRoot()
          .getStore(ExtensionContext.Namespace.create(S3Server.class))
          .computeIfAbsent(S3Server.class, _ -> S3Server.start(), S3Server.class);
    }
  }
}
