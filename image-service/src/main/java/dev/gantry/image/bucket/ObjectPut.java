package dev.gantry.image.bucket;

import dev.gantry.image.blob.StagedBlob;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/**
 * A file on its way into an object: in one call, or in parts where it is large. Each call has the
 * SHA-256 of what it carries, which the server compares before it takes it.
 */
final class ObjectPut {
  private static final String TYPE = "application/octet-stream";

  /** Ten thousand of these, as many as an object may have, are more than the largest layer. */
  static final long PART = 16L << 20;

  /** How long a call may take that carries content, or has the server put it together. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private static final int PARALLEL = 3;
  private static final int BUFFER = 256 << 10;

  private final S3Client client;
  private final String bucket;
  private final String key;

  ObjectPut(S3Client client, String bucket, String key) {
    this.client = client;
    this.bucket = bucket;
    this.key = key;
  }

  void run(Path file, long size) throws IOException, InterruptedException {
    if (size <= PART) {
      String sum = sum(file, 0, size);
      var _ =
          client.putObject(
              put ->
                  put.bucket(bucket)
                      .key(key)
                      .contentType(TYPE)
                      .checksumSHA256(sum)
                      .overrideConfiguration(call -> call.apiCallTimeout(LONGEST)),
              body(file, 0, size));
      return;
    }
    String upload =
        client
            .createMultipartUpload(
                create ->
                    create
                        .bucket(bucket)
                        .key(key)
                        .contentType(TYPE)
                        .checksumAlgorithm(ChecksumAlgorithm.SHA256))
            .uploadId();
    boolean whole = false;
    try {
      complete(upload, parts(upload, file, size), size);
      whole = true;
    } finally {
      if (!whole) {
        abort(upload);
      }
    }
  }

  private void complete(String upload, List<CompletedPart> parts, long size) {
    try {
      var _ =
          client.completeMultipartUpload(
              complete ->
                  complete
                      .bucket(bucket)
                      .key(key)
                      .uploadId(upload)
                      .multipartUpload(made -> made.parts(parts))
                      .overrideConfiguration(call -> call.apiCallTimeout(LONGEST)));
    } catch (NoSuchUploadException e) {
      // An answer may have been lost, and the SDK has asked again: then the object is there.
      if (client.headObject(head -> head.bucket(bucket).key(key)).contentLength() != size) {
        throw e;
      }
    }
  }

  private List<CompletedPart> parts(String upload, Path file, long size)
      throws IOException, InterruptedException {
    List<Callable<CompletedPart>> tasks = new ArrayList<>();
    for (long from = 0; from < size; from += PART) {
      long begin = from;
      int number = tasks.size() + 1;
      tasks.add(() -> part(upload, number, file, begin, Math.min(PART, size - begin)));
    }
    try (ExecutorService workers =
        Executors.newFixedThreadPool(PARALLEL, Thread.ofVirtual().factory())) {
      List<Future<CompletedPart>> running = tasks.stream().map(workers::submit).toList();
      try {
        List<CompletedPart> parts = new ArrayList<>();
        for (Future<CompletedPart> part : running) {
          parts.add(part.get());
        }
        return parts;
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case SdkException failure -> throw failure;
          case IOException failure -> throw failure;
          case null, default -> throw new IOException("cannot read what was staged", e);
        }
      } finally {
        running.forEach(part -> part.cancel(true));
      }
    }
  }

  private CompletedPart part(String upload, int number, Path file, long from, long size)
      throws IOException {
    String sum = sum(file, from, size);
    String tag =
        client
            .uploadPart(
                part ->
                    part.bucket(bucket)
                        .key(key)
                        .uploadId(upload)
                        .partNumber(number)
                        .checksumSHA256(sum)
                        .overrideConfiguration(call -> call.apiCallTimeout(LONGEST)),
                body(file, from, size))
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(tag).checksumSHA256(sum).build();
  }

  /** What fails here, the sweep finds. */
  private void abort(String upload) {
    try {
      var _ = client.abortMultipartUpload(abort -> abort.bucket(bucket).key(key).uploadId(upload));
    } catch (SdkException e) {
      System.getLogger(ObjectPut.class.getName())
          .log(System.Logger.Level.INFO, "an upload stays for now: " + e.getMessage());
    }
  }

  private static RequestBody body(Path file, long from, long size) {
    return RequestBody.fromContentProvider(() -> open(file, from, size), size, TYPE);
  }

  private static InputStream open(Path file, long from, long size) {
    try {
      return StagedBlob.slice(file, from, from + size);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sum(Path file, long from, long size) throws IOException {
    try (InputStream in = StagedBlob.slice(file, from, from + size)) {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[BUFFER];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        hash.update(buffer, 0, count);
      }
      return Base64.getEncoder().encodeToString(hash.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
