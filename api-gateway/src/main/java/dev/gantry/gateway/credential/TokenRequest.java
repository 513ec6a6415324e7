package dev.gantry.gateway.credential;

import dev.gantry.services.RegistryGrant.Right;
import dev.gantry.services.RepositoryPattern;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A token that is to be issued, checked. */
record TokenRequest(
    String name, Set<Right> rights, List<RepositoryPattern> repositories, Instant expires) {
  private static final Duration USUAL = Duration.ofDays(90);
  private static final Duration LONGEST = Duration.ofDays(5 * 366);
  private static final int LONGEST_NAME = 64;
  private static final int MOST_PATTERNS = 15;

  /** As it comes: each may be left out. */
  record Body(
      @Nullable String name,
      @Nullable List<String> rights,
      @Nullable List<String> repositories,
      @Nullable Instant expires) {}

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException with the words for whoever asks
   */
  static TokenRequest of(Body body, Instant now) {
    String name = body.name() == null ? "" : body.name();
    if (name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a token's name has at most " + LONGEST_NAME + " characters, and none of control");
    }
    Instant expires = body.expires() == null ? now.plus(USUAL) : body.expires();
    if (!expires.isAfter(now) || expires.isAfter(now.plus(LONGEST))) {
      throw new IllegalArgumentException("a token expires in the next five years");
    }
    return new TokenRequest(name, rights(body.rights()), patterns(body.repositories()), expires);
  }

  private static Set<Right> rights(@Nullable List<String> names) {
    Set<Right> rights = new LinkedHashSet<>();
    for (String name : names == null ? List.of("pull") : names) {
      switch (name.toLowerCase(Locale.ROOT)) {
        case "pull" -> rights.add(Right.PULL);
        case "push" -> rights.add(Right.PUSH);
        case "delete" -> rights.add(Right.DELETE);
        default -> throw new IllegalArgumentException("rights are pull, push and delete");
      }
    }
    if (rights.isEmpty()) {
      throw new IllegalArgumentException("a token has at least one right");
    }
    return rights;
  }

  private static List<RepositoryPattern> patterns(@Nullable List<String> texts) {
    if (texts == null) {
      return List.of();
    }
    if (texts.isEmpty() || texts.size() > MOST_PATTERNS) {
      throw new IllegalArgumentException(
          "a token is for all repositories, or for 1 to " + MOST_PATTERNS + " patterns of them");
    }
    return texts.stream().map(RepositoryPattern::new).toList();
  }
}
