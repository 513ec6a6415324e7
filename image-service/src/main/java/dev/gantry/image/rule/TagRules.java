package dev.gantry.image.rule;

import dev.gantry.engine.Reference;
import dev.gantry.services.RepositoryPattern;
import dev.gantry.services.TagPattern;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a team has ruled for its tags.
 *
 * @param immutable tags that stay what they are once they are set
 * @param retention which tags go; the first rule that fits a tag decides
 */
public record TagRules(List<Immutable> immutable, List<Retention> retention) {
  private static final int MOST = 100;
  private static final int MOST_KEPT = 100_000;

  /**
   * Tags that stand for the referrers of a manifest, where clients make such (distribution-spec).
   */
  private static final Pattern REFERRERS = Pattern.compile("sha(256|512)-[a-f0-9]{64,128}(\\..*)?");

  public TagRules(@Nullable List<Immutable> immutable, @Nullable List<Retention> retention) {
    this.immutable = immutable == null ? List.of() : List.copyOf(immutable);
    this.retention = retention == null ? List.of() : List.copyOf(retention);
    if (this.immutable.size() > MOST || this.retention.size() > MOST) {
      throw new IllegalArgumentException("a team has at most " + MOST + " rules of a kind");
    }
  }

  /** Tags that can be neither moved nor removed. */
  public record Immutable(RepositoryPattern repository, TagPattern tag) {
    public Immutable(@Nullable RepositoryPattern repository, @Nullable TagPattern tag) {
      this.repository = require(repository, "repository");
      this.tag = require(tag, "tag");
    }
  }

  /**
   * Of the tags of each repository, those that were set last are kept.
   *
   * @param keep how many
   * @param days in which a tag has to have been set to be kept, too; null for none
   */
  public record Retention(
      RepositoryPattern repository, TagPattern tag, Integer keep, @Nullable Integer days) {
    public Retention(
        @Nullable RepositoryPattern repository,
        @Nullable TagPattern tag,
        @Nullable Integer keep,
        @Nullable Integer days) {
      this.repository = require(repository, "repository");
      this.tag = require(tag, "tag");
      this.keep = require(keep, "keep");
      this.days = days;
      if (this.keep < 0 || this.keep > MOST_KEPT || days != null && (days < 0 || days > 36_500)) {
        throw new IllegalArgumentException(
            "keep is from 0 to " + MOST_KEPT + ", days from 0 to 36500");
      }
    }
  }

  private static <T> T require(@Nullable T value, String field) {
    if (value == null) {
      throw new IllegalArgumentException("a rule has no " + field);
    }
    return value;
  }

  /** True for a tag that can be neither moved nor removed. */
  public boolean isImmutable(Reference name) {
    return isRuled(name)
        && immutable.stream().anyMatch(rule -> fits(rule.repository(), rule.tag(), name));
  }

  /** The rule by which the tag may go. */
  public Optional<Retention> retention(Reference name) {
    return retention.stream()
        .filter(rule -> isRuled(name) && fits(rule.repository(), rule.tag(), name))
        .findFirst();
  }

  private static boolean isRuled(Reference name) {
    String tag = name.tag();
    return tag != null && !REFERRERS.matcher(tag).matches();
  }

  private static boolean fits(RepositoryPattern repository, TagPattern tag, Reference name) {
    return repository.matches(name.familiarRepository()) && tag.matches(String.valueOf(name.tag()));
  }
}
