package dev.gantry.image.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BucketSettingsTest {
  @Test
  void withoutABucketBlobsAreFiles() {
    BucketSettings settings = BucketSettings.of(Map.of());

    assertThat(settings.isUsed()).isFalse();
    assertThat(settings)
        .isEqualTo(new BucketSettings("", "", "us-east-1", "", false, "", Duration.ofSeconds(10)));
  }

  @Test
  void aBucketIsNamedByTheServicesOwnVariables(@TempDir Path folder) throws Exception {
    Path credentials = java.nio.file.Files.createFile(folder.resolve("credentials"));

    assertThat(
            BucketSettings.of(
                Map.of(
                    "GANTRY_IMAGE_S3_BUCKET", "blobs.example",
                    "GANTRY_IMAGE_S3_ENDPOINT", "https://s3.example:9000",
                    "GANTRY_IMAGE_S3_REGION", "eu-central-1",
                    "GANTRY_IMAGE_S3_PREFIX", "gantry/one/",
                    "GANTRY_IMAGE_S3_PATH_STYLE", "true",
                    "GANTRY_IMAGE_S3_CREDENTIALS_FILE", credentials.toString())))
        .isEqualTo(
            new BucketSettings(
                "blobs.example",
                "https://s3.example:9000",
                "eu-central-1",
                "gantry/one/",
                true,
                credentials.toString(),
                Duration.ofSeconds(10)));
  }

  @Test
  void allThatIsWrongIsToldAtOnce() {
    assertThatThrownBy(
            () ->
                new BucketSettings(
                    "No Bucket",
                    "s3.example",
                    "EU west",
                    "../other",
                    true,
                    "credentials",
                    Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "gantry.image.s3.bucket",
            "gantry.image.s3.endpoint",
            "gantry.image.s3.region",
            "gantry.image.s3.prefix",
            "gantry.image.s3.credentials-file",
            "gantry.image.s3.stall");
    for (String endpoint :
        new String[] {"ftp://s3", "http://", "http://a:b@s3", "http://s3/path", "http://s3?x=y"}) {
      assertThatThrownBy(
              () ->
                  new BucketSettings(
                      "blobs", endpoint, "us-east-1", "", true, "", Duration.ofSeconds(1)))
          .as(endpoint)
          .hasMessageContaining("gantry.image.s3.endpoint");
    }
  }
}
