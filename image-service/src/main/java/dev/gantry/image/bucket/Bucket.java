package dev.gantry.image.bucket;

import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSupplier;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A bucket, and what can be done in it. Names are without the prefix. What fails is tried again by
 * the SDK; if it fails for good, the caller is told that S3 is away, and may try again.
 */
final class Bucket implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Bucket.class);
  private static final int CONNECTIONS = 64;
  private static final Duration CONNECT = Duration.ofSeconds(3);

  /** So many times a call is tried, in the SDK's standard mode. */
  private static final int ATTEMPTS = 3;

  private final S3Client client;
  private final String bucket;
  private final String prefix;

  private Bucket(S3Client client, BucketSettings settings) {
    this.client = client;
    this.bucket = settings.bucket();
    this.prefix = settings.prefix();
  }

  /** Nothing is sent before it is needed. */
  static Bucket open(BucketSettings settings) {
    S3ClientBuilder client =
        S3Client.builder()
            .region(Region.of(settings.region()))
            .credentialsProvider(credentials(settings))
            .forcePathStyle(settings.pathStyle())
            // Sums are sent where they are known, and content is checked by its digest: servers
            // that are compatible with less do, too.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(
                calls ->
                    calls
                        .retryStrategy(RetryMode.STANDARD)
                        .apiCallTimeout(settings.stall().multipliedBy(ATTEMPTS)))
            .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
            .httpClientBuilder(
                Apache5HttpClient.builder()
                    .maxConnections(CONNECTIONS)
                    .connectionTimeout(CONNECT)
                    .connectionAcquisitionTimeout(settings.stall())
                    .socketTimeout(settings.stall()));
    settings.endpointUri().ifPresent(client::endpointOverride);
    return new Bucket(client.build(), settings);
  }

  private static AwsCredentialsProvider credentials(BucketSettings settings) {
    return settings.credentialsFile().isEmpty()
        ? DefaultCredentialsProvider.builder().build()
        : ProfileCredentialsProvider.builder()
            .profileFile(
                ProfileFileSupplier.reloadWhenModified(
                    Path.of(settings.credentialsFile()), ProfileFile.Type.CREDENTIALS))
            .build();
  }

  /** Puts a file; it is there when all of it is, and what the server has is what was sent. */
  void put(String name, Path file, long size) throws IOException {
    try {
      attempt(
          () -> {
            new ObjectPut(client, bucket, prefix + name).run(file, size);
            return true;
          });
    } catch (ObjectMissingException e) {
      throw away("S3 has lost what was sent; try again later", e);
    }
  }

  /** All of an object. */
  InputStream get(String name) throws IOException {
    return get(name, "");
  }

  /** An object from somewhere on. */
  InputStream get(String name, long from, long to) throws IOException {
    return get(name, "bytes=" + from + "-" + (to - 1));
  }

  private InputStream get(String name, String range) throws IOException {
    return attempt(
        () ->
            new ObjectStream(
                client.getObject(
                    get ->
                        get.bucket(bucket)
                            .key(prefix + name)
                            .range(range.isEmpty() ? null : range))));
  }

  boolean has(String name) throws IOException {
    try {
      return attempt(
          () -> client.headObject(head -> head.bucket(bucket).key(prefix + name)) != null);
    } catch (ObjectMissingException _) {
      return false;
    }
  }

  /** Removes an object; nothing to do where it is gone. */
  void delete(String name) {
    try {
      var _ = attempt(() -> client.deleteObject(gone -> gone.bucket(bucket).key(prefix + name)));
    } catch (ObjectMissingException _) {
      // Some servers say so.
    } catch (IOException e) {
      throw away(e.getMessage(), e);
    }
  }

  /** Tells the names of all objects of a folder, a page at a time. */
  void list(String folder, Consumer<List<String>> page) throws IOException {
    attempt(
        () -> {
          client
              .listObjectsV2Paginator(list -> list.bucket(bucket).prefix(prefix + folder))
              .forEach(
                  answer ->
                      page.accept(
                          answer.contents().stream()
                              .map(S3Object::key)
                              .map(key -> key.substring(prefix.length()))
                              .toList()));
          return true;
        });
  }

  /** An upload in parts that is not complete. */
  record Unfinished(String name, String id) {}

  void listUnfinished(String folder, Consumer<List<Unfinished>> page) throws IOException {
    attempt(
        () -> {
          client
              .listMultipartUploadsPaginator(list -> list.bucket(bucket).prefix(prefix + folder))
              .forEach(answer -> page.accept(unfinished(answer.uploads())));
          return true;
        });
  }

  private List<Unfinished> unfinished(List<MultipartUpload> uploads) {
    return uploads.stream()
        .filter(upload -> upload.key().startsWith(prefix))
        .map(upload -> new Unfinished(upload.key().substring(prefix.length()), upload.uploadId()))
        .toList();
  }

  void abort(Unfinished upload) throws IOException {
    try {
      var _ =
          attempt(
              () ->
                  client.abortMultipartUpload(
                      abort ->
                          abort.bucket(bucket).key(prefix + upload.name()).uploadId(upload.id())));
    } catch (ObjectMissingException _) {
      // It has ended meanwhile.
    }
  }

  /** An object or an upload is not there. */
  private static final class ObjectMissingException extends NoSuchFileException {
    private static final long serialVersionUID = 1L;

    ObjectMissingException() {
      super("an object is not in the bucket");
    }
  }

  private interface Call<T> {
    T run() throws IOException, InterruptedException;
  }

  private <T> T attempt(Call<T> call) throws IOException {
    try {
      return call.run();
    } catch (NoSuchKeyException e) {
      throw new ObjectMissingException();
    } catch (SdkServiceException e) {
      if (e.statusCode() == 404 && !isWithoutBucket(e)) {
        throw new ObjectMissingException();
      }
      log.warn("S3 refused: {}", e.getMessage());
      throw away("S3 refuses what blobs need; try again later", e);
    } catch (SdkException e) {
      log.warn("S3 did not answer: {}", e.getMessage());
      throw away("S3 is not reachable; try again later", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw away("the service is stopping", e);
    }
  }

  private static boolean isWithoutBucket(SdkServiceException e) {
    return String.valueOf(e.getMessage()).contains("NoSuchBucket")
        || e instanceof software.amazon.awssdk.services.s3.model.NoSuchBucketException;
  }

  private static ServiceException away(@org.jspecify.annotations.Nullable String why, Exception e) {
    return new ServiceException(ErrorCode.UNAVAILABLE, String.valueOf(why), e);
  }

  @Override
  public void close() {
    client.close();
  }
}
