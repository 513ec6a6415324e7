package dev.gantry.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

/** The settings as the service's own file has them. */
class ImageSettingsTest {
  private static ImageSettings bind(Map<String, Object> variables) throws Exception {
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("variables", variables));
    new YamlPropertySourceLoader()
        .load("image-service.yml", new ClassPathResource("image-service.yml"))
        .forEach(environment.getPropertySources()::addLast);
    return Binder.get(environment).bind("gantry.image", ImageSettings.class).get();
  }

  @Test
  void blobsAreFilesWhereNoBucketIsNamed() throws Exception {
    assertThat(bind(Map.of()).s3().isUsed()).isFalse();
  }

  @Test
  void aBucketIsNamedByVariables() throws Exception {
    ImageSettings settings =
        bind(
            Map.of(
                "GANTRY_IMAGE_S3_BUCKET", "blobs",
                "GANTRY_IMAGE_S3_ENDPOINT", "http://127.0.0.1:9000",
                "GANTRY_IMAGE_S3_PATH_STYLE", "true"));

    assertThat(settings.s3().isUsed()).isTrue();
    assertThat(settings.s3().pathStyle()).isTrue();
    assertThat(settings.s3().region()).isEqualTo("us-east-1");
  }

  @Test
  void aBucketThatCannotBeStopsTheStart() {
    assertThatThrownBy(() -> bind(Map.of("GANTRY_IMAGE_S3_BUCKET", "No Bucket")))
        .rootCause()
        .hasMessageContaining("gantry.image.s3.bucket must be a bucket's name");
  }
}
