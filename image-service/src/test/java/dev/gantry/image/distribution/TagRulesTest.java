package dev.gantry.image.distribution;

import static dev.gantry.image.distribution.TestRegistry.INDEX;
import static dev.gantry.image.distribution.TestRegistry.MANIFEST;
import static dev.gantry.image.distribution.TestRegistry.descriptor;
import static dev.gantry.image.distribution.TestRegistry.digest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.Reference;
import dev.gantry.engine.TeamId;
import dev.gantry.image.catalog.Catalog;
import dev.gantry.image.catalog.ImageNames;
import dev.gantry.image.catalog.TagHistory;
import dev.gantry.image.distribution.TestRegistry.Answer;
import dev.gantry.image.retention.Retention;
import dev.gantry.image.retention.RetentionRuns;
import dev.gantry.image.rule.RuleException;
import dev.gantry.image.rule.RuleRows;
import dev.gantry.image.rule.TagRules;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Tags that stay, and tags that go. */
class TagRulesTest extends EmptyRegistry {
  private static final TeamId TEAM = TeamId.DEFAULT;

  private TagRules rule(String json) {
    TagRules rules = EngineJson.MAPPER.readValue(json, TagRules.class);
    RuleRows.set(registry.database, TEAM, rules);
    assertThat(RuleRows.of(registry.database, TEAM)).isEqualTo(rules);
    return rules;
  }

  private void fix(String repository, String tag) {
    TagRules _ =
        rule("{\"immutable\":[{\"repository\":\"%s\",\"tag\":\"%s\"}]}".formatted(repository, tag));
  }

  private TagRules keep(int tags) {
    return rule(
        "{\"retention\":[{\"repository\":\"shop/*\",\"tag\":\"*\",\"keep\":%d}]}".formatted(tags));
  }

  /** Pushes an image of its own, and answers its manifest. */
  private String push(String repository, String tag) throws Exception {
    String image = registry.image(repository, repository + ":" + tag);
    assertThat(registry.manifest(repository, tag, MANIFEST, image).status()).isEqualTo(201);
    return image;
  }

  private List<String> tags(String repository) {
    List<String> tags = new ArrayList<>();
    try {
      registry
          .call("GET", "/v2/" + repository + "/tags/list")
          .json()
          .path("tags")
          .forEach(tag -> tags.add(tag.asString()));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return tags;
  }

  private static void assertDenied(Answer answer) {
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.error()).isEqualTo("DENIED");
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RuleException.class,
            e -> assertThat(e.rule()).isEqualTo(RuleException.Rule.IMMUTABLE_TAG))
        .hasMessageContaining("shop/web:v1");
  }

  private void assertNoFileIsLost() throws Exception {
    assertThat(registry.blobs.list().stream().map(Digest::value))
        .containsExactlyInAnyOrderElementsOf(
            registry.database.fetch("select digest from blob").getValues(0, String.class));
  }

  @Test
  void anImmutableTagIsNotMovedByWhateverWay() throws Exception {
    String first = push("shop/web", "v1");
    String second = push("shop/web", "latest");
    fix("shop/*", "v*");

    assertDenied(registry.manifest("shop/web", "v1", MANIFEST, second));
    String other = registry.image("shop/web", "other");
    assertDenied(registry.manifest("shop/web", "v1", MANIFEST, other));
    assertThat(registry.blobs.list()).doesNotContain(digest(other));
    assertRefused(
        () ->
            registry.store.tag(
                TestRegistry.DEFAULT, "shop/web:latest", ImageNames.parse("shop/web:v1")));
    assertRefused(() -> registry.load("shop/web:v1", TestRegistry.tar("loaded")));
    assertNoFileIsLost();
    assertThat(registry.call("HEAD", "/v2/shop/web/manifests/v1").header("Docker-Content-Digest"))
        .isEqualTo(digest(first).value());

    assertThat(registry.manifest("shop/web", "v1", MANIFEST, first).status()).isEqualTo(201);
    registry.store.tag(TestRegistry.DEFAULT, "shop/web:v1", ImageNames.parse("shop/web:v1"));
    assertThat(registry.manifest("shop/web", "latest", MANIFEST, first).status()).isEqualTo(201);
    assertThat(registry.manifest("shop/web", "v2", MANIFEST, second).status()).isEqualTo(201);
    push("other", "v1");
    assertThat(registry.manifest("other", "v1", MANIFEST, push("other", "2")).status())
        .isEqualTo(201);
  }

  @Test
  void anImmutableTagIsNotRemovedByWhateverWay() throws Exception {
    String image = push("shop/web", "v1");
    registry.store.tag(TestRegistry.DEFAULT, "shop/web:v1", ImageNames.parse("shop/web:x"));
    fix("shop/web", "v1");
    String id = Catalog.find(registry.database, TEAM, "shop/web:v1").require().image().shortId();

    assertDenied(registry.call("DELETE", "/v2/shop/web/manifests/v1"));
    assertDenied(registry.call("DELETE", "/v2/shop/web/manifests/" + digest(image)));
    for (String name : List.of("shop/web:v1", id)) {
      assertRefused(
          () -> registry.removals.remove(TestRegistry.DEFAULT, name, true, TestRegistry.NOWHERE));
    }
    assertThat(
            registry
                .removals
                .prune(TestRegistry.DEFAULT, _ -> true, TestRegistry.NOWHERE)
                .deleted())
        .isEmpty();
    assertThat(tags("shop/web")).containsExactly("v1", "x");

    registry.removals.remove(TestRegistry.DEFAULT, "shop/web:x", false, TestRegistry.NOWHERE);
    RuleRows.set(registry.database, TEAM, new TagRules(List.of(), List.of()));
    registry.removals.remove(TestRegistry.DEFAULT, "shop/web:v1", false, TestRegistry.NOWHERE);
    assertThat(tags("shop/web")).isEmpty();
  }

  @Test
  void whatIsNotKeptGoesWithItsBlobs() throws Exception {
    for (String tag : List.of("1", "2", "3", "4")) {
      push("shop/web", tag);
      push("other", tag);
    }
    // The one that was set last is the newest, whatever it is called.
    registry.store.tag(TestRegistry.DEFAULT, "shop/web:1", ImageNames.parse("shop/web:1"));
    registry.pass(Duration.ofHours(2));
    int blobs = registry.blobs.list().size();
    Digest used = Catalog.find(registry.database, TEAM, "shop/web:2").require().image().id();
    registry.uses = _ -> Set.of(used.value());
    List<TagRules.Retention> rules = keep(2).retention();

    assertThat(registry.retention.preview(TEAM, rules))
        .extracting(Retention.Going::name)
        .containsExactly("shop/web:3");
    assertThat(tags("shop/web")).hasSize(4);
    registry.retention.sweep();

    assertThat(tags("shop/web")).containsExactly("1", "2", "4");
    assertThat(tags("other")).hasSize(4);
    assertThat(registry.told()).contains("untag shop/web:3");
    Reference gone = Reference.parse("shop/web:3").orElseThrow();
    TagHistory.Step last = TagHistory.of(registry.database, TEAM, gone, 1).getFirst();
    assertThat(last.manifest()).isNull();
    assertThat(last.user()).isEqualTo("retention rule");
    assertThat(registry.blobs.list()).as("manifest, config and layer").hasSize(blobs - 3);
    assertNoFileIsLost();

    registry.uses = _ -> Set.of();
    registry.retention.sweep();
    assertThat(tags("shop/web")).containsExactly("1", "4");
  }

  @Test
  void manyGoInStepsAndAMovedNameOfTheSameImageKeepsIt() throws Exception {
    String image = push("shop/web", "first");
    String names =
        IntStream.range(0, 90).mapToObj(i -> "tag=t" + i).collect(Collectors.joining("&"));
    assertThat(registry.manifest("shop/web", "last?" + names, MANIFEST, image).status())
        .isEqualTo(201);
    push("shop/web", "newest");
    keep(2);
    registry.retention.sweep();
    assertThat(tags("shop/web")).hasSize(2).contains("newest");
    assertThat(registry.call("GET", "/v2/shop/web/manifests/" + digest(image)).status())
        .isEqualTo(200);
  }

  @Test
  void anIndexGoesWithItsPartsAndWhatIsAboutIt() throws Exception {
    String part = registry.image("shop/web", "part");
    assertThat(registry.manifest("shop/web", digest(part).value(), MANIFEST, part).status())
        .isEqualTo(201);
    String index = TestRegistry.index(descriptor(MANIFEST, part));
    assertThat(registry.manifest("shop/web", "1", INDEX, index).status()).isEqualTo(201);
    String signature =
        """
        {"schemaVersion":2,"mediaType":"%s","artifactType":"a/sig","config":%s,"layers":[],"subject":%s}\
        """
            .formatted(
                MANIFEST,
                descriptor(TestRegistry.CONFIG, TestRegistry.config("amd64")),
                descriptor(INDEX, index));
    registry.blob("shop/web", TestRegistry.config("amd64"));
    assertThat(
            registry.manifest("shop/web", digest(signature).value(), MANIFEST, signature).status())
        .isEqualTo(201);
    push("shop/web", "2");
    registry.pass(Duration.ofHours(2));
    keep(1);
    registry.retention.sweep();

    assertThat(tags("shop/web")).containsExactly("2");
    for (String gone : List.of(index, part, signature)) {
      assertThat(registry.blobs.list()).doesNotContain(digest(gone));
    }
    assertThat(Catalog.images(registry.database, TEAM)).hasSize(1);
    assertThat(registry.blobs.list()).hasSize(3);
  }

  @Test
  void aPushIsFollowedByALook() throws Exception {
    keep(1);
    try (RetentionRuns runs = new RetentionRuns(registry.retention)) {
      push("shop/web", "1");
      push("shop/web", "2");
      registry.pushes.forEach(runs::pushed);
      Awaitility.await().untilAsserted(() -> assertThat(tags("shop/web")).containsExactly("2"));
    }
  }

  @Test
  void withoutTheGatewayNothingGoes() throws Exception {
    push("shop/web", "1");
    push("shop/web", "2");
    keep(1);
    registry.uses =
        _ -> {
          throw new ServiceException(ErrorCode.UNAVAILABLE, "away");
        };
    assertThatThrownBy(registry.retention::sweep).isInstanceOf(ServiceException.class);
    assertThat(tags("shop/web")).containsExactly("1", "2");
  }
}
