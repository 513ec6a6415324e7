package dev.gantry.image.transfer;

import static dev.gantry.image.transfer.TestStore.ANN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.Digest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Images on their way out. */
class PushTest extends EmptyStore {
  private static final TestImage IMAGE = TestImage.of("amd64", 7, 900_000);
  private static final Digest LAYER = IMAGE.layers().getFirst();

  private FaultyRegistry registry;
  private String name;

  /** The image is in the store under a name of a registry that lacks its layer. */
  @BeforeEach
  void start() throws Exception {
    registry = new FaultyRegistry();
    registry.blobs.put(IMAGE.config(), IMAGE.blobs().getOrDefault(IMAGE.config(), new byte[0]));
    name = registry.address() + "/shop/web";
    try (FaultyRegistry source = new FaultyRegistry()) {
      source.put("1", IMAGE);
      store.pull(source.address() + "/shop/web", "1");
      store.tag(source.address() + "/shop/web:1", name + ":2");
    }
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  @Test
  void whatCameInGoesOutUnchanged() throws Exception {
    String id = IMAGE_ID;
    assertThat(store.push(name, "2"))
        .containsExactly(
            "The push refers to repository [" + name + "]",
            id + "Preparing",
            id + "Pushed",
            "2: digest: " + IMAGE.digest() + " size: " + IMAGE.manifest().length,
            "{\"Tag\":\"2\",\"Digest\":\"%s\",\"Size\":%d}"
                .formatted(IMAGE.digest(), IMAGE.manifest().length));
    assertThat(registry.blobs).containsKey(LAYER);
    assertThat(registry.manifests.get("2")).isEqualTo(IMAGE.manifest());
    assertThat(store.image(ANN, name + ":2").orElseThrow().repoDigests())
        .contains(name + "@" + IMAGE.digest());
    assertThat(store.push(name, "2")).contains(id + "Layer already exists");
    assertThat(store.blobs.incoming().files()).isZero();
  }

  /** Clients show a layer by what it unpacks to. */
  private static final String IMAGE_ID =
      new String(IMAGE.blobs().getOrDefault(IMAGE.config(), new byte[0]))
              .replaceAll("(?s).*diff_ids\":\\[\"sha256:([0-9a-f]{12}).*", "$1")
          + ": ";

  @Test
  void aBrokenUploadGoesOnWhereItBroke() throws Exception {
    registry.uploadBreaks.set(2);
    store.push(name, "2");
    assertThat(registry.blobs).containsKey(LAYER);
    assertThat(registry.count("PATCH", "/one")).isEqualTo(3);
    assertThat(registry.count("POST", "/uploads/")).isEqualTo(1);
  }

  @Test
  void whatIsNotThereIsNotPushed() {
    assertThatThrownBy(() -> store.push(registry.address() + "/shop/none", "1"))
        .hasMessage(
            "An image does not exist locally with the tag: " + registry.address() + "/shop/none");
  }

  @Test
  void allTagsGo() throws Exception {
    store.tag(name + ":2", name + ":3");
    assertThat(store.push(name, "")).contains(tagLine("2")).contains(tagLine("3"));
    assertThat(registry.manifests.keySet()).containsAll(List.of("2", "3"));
  }

  private static String tagLine(String tag) {
    return tag + ": digest: " + IMAGE.digest() + " size: " + IMAGE.manifest().length;
  }
}
