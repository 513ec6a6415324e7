package dev.gantry.image.retention;

import dev.gantry.image.rule.TagRules;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which tags of a repository go. */
final class RetentionPlan {
  private static final Comparator<TaggedManifest> NEWEST_FIRST =
      Comparator.comparing(TaggedManifest::tagged)
          .thenComparing(tag -> String.valueOf(tag.name().tag()))
          .reversed();

  private RetentionPlan() {}

  /**
   * Those of the tags that go, the oldest first. A tag that no rule fits stays, as one that is
   * immutable, which does not count among those that a rule keeps, and one whose image is in use,
   * which does.
   *
   * @param tags of one repository
   * @param used ids of images that containers use
   */
  static List<TaggedManifest> of(
      TagRules rules, List<TaggedManifest> tags, Set<String> used, Instant now) {
    Map<TagRules.Retention, Integer> newer = new HashMap<>();
    List<TaggedManifest> going = new ArrayList<>();
    for (TaggedManifest tag : tags.stream().sorted(NEWEST_FIRST).toList()) {
      Optional<TagRules.Retention> rule =
          rules.isImmutable(tag.name()) ? Optional.empty() : rules.retention(tag.name());
      if (rule.isPresent()
          && newer.merge(rule.get(), 1, Integer::sum) > rule.get().keep()
          && !isYoung(tag, rule.get(), now)
          && !used.contains(tag.image())) {
        going.addFirst(tag);
      }
    }
    return going;
  }

  private static boolean isYoung(TaggedManifest tag, TagRules.Retention rule, Instant now) {
    Integer days = rule.days();
    return days != null && tag.tagged().isAfter(now.minus(Duration.ofDays(days)));
  }
}
