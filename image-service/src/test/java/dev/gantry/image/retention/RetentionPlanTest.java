package dev.gantry.image.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.Reference;
import dev.gantry.image.rule.TagRules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RetentionPlanTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Digest DIGEST = new Digest("sha256:" + "a".repeat(64));

  /**
   * Tags that were set a day after each other, the last one now; each has its name for an image.
   */
  private static List<String> going(String rules, Set<String> used, String... names) {
    List<TaggedManifest> tags = new java.util.ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      tags.addFirst(
          new TaggedManifest(
              Reference.parse("shop/web:" + names[i]).orElseThrow(),
              DIGEST,
              names[i],
              NOW.minus(Duration.ofDays(names.length - 1 - i))));
    }
    return RetentionPlan.of(rules(rules), tags, used, NOW).stream()
        .map(tag -> String.valueOf(tag.name().tag()))
        .toList();
  }

  private static TagRules rules(String json) {
    return EngineJson.MAPPER.readValue(json, TagRules.class);
  }

  private static String keep(String more) {
    return "{\"retention\":[{\"repository\":\"shop/*\",\"tag\":\"*\"," + more + "}]}";
  }

  @Test
  void theTagsThatWereSetLastAreKept() {
    assertThat(going(keep("\"keep\":2"), Set.of(), "a", "b", "c", "d")).containsExactly("a", "b");
    assertThat(going(keep("\"keep\":4"), Set.of(), "a", "b", "c", "d")).isEmpty();
    assertThat(going(keep("\"keep\":0"), Set.of(), "a", "b")).containsExactly("a", "b");
  }

  @Test
  void soAreThoseThatAreYoung() {
    assertThat(going(keep("\"keep\":1,\"days\":2"), Set.of(), "a", "b", "c", "d"))
        .containsExactly("a", "b");
    assertThat(going(keep("\"keep\":3,\"days\":0"), Set.of(), "a", "b", "c", "d"))
        .containsExactly("a");
  }

  @Test
  void anImageInUseStays() {
    assertThat(going(keep("\"keep\":1"), Set.of("a"), "a", "b", "c")).containsExactly("b");
  }

  @Test
  void anImmutableTagStaysAndIsNotCounted() {
    String rules =
        """
        {"immutable":[{"repository":"shop/web","tag":"v*"}],
         "retention":[{"repository":"*","tag":"*","keep":1,"days":null}]}
        """;
    assertThat(going(rules, Set.of(), "v1", "a", "b", "v2")).containsExactly("a");
  }

  @Test
  void theFirstRuleThatFitsDecides() {
    String rules =
        """
        {"retention":[{"repository":"shop/web","tag":"dev-*","keep":1},
                      {"repository":"shop/*","tag":"*","keep":2},
                      {"repository":"*","tag":"*","keep":0}]}
        """;
    assertThat(going(rules, Set.of(), "dev-1", "a", "dev-2", "b", "c"))
        .containsExactly("dev-1", "a");
    assertThat(going(rules("other/*", 0), Set.of(), "a")).isEmpty();
  }

  private static String rules(String repository, int keep) {
    return "{\"retention\":[{\"repository\":\"%s\",\"tag\":\"*\",\"keep\":%d}]}"
        .formatted(repository, keep);
  }

  @Test
  void tagsThatStandForReferrersAreNotRuled() {
    String referrers = "sha256-" + "b".repeat(64);
    assertThat(going(keep("\"keep\":0"), Set.of(), referrers, referrers + ".sig", "sha256-b"))
        .containsExactly("sha256-b");
  }

  @Test
  void aRuleThatIsNoneIsRefused() {
    for (String bad :
        List.of(
            keep("\"keep\":-1"),
            keep("\"days\":1"),
            keep("\"keep\":1,\"days\":-1"),
            "{\"retention\":[{\"tag\":\"*\",\"keep\":1}]}",
            "{\"immutable\":[{\"repository\":\"shop/web\"}]}",
            "{\"immutable\":[{\"repository\":\"shop/web\",\"tag\":\"a/b\"}]}")) {
      assertThatThrownBy(() -> rules(bad))
          .as(bad)
          .isInstanceOf(tools.jackson.core.JacksonException.class);
    }
  }
}
