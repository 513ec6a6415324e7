package dev.gantry.image.token;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a token is for, as clients ask for it ({@code repository:shop/web:pull,push}) and as the
 * token says it.
 */
public record Scope(String type, String name, List<String> actions) {
  public static final String REPOSITORY = "repository";

  /** All that can be asked of the list of repositories. */
  public static final Scope CATALOG = new Scope("registry", "catalog", List.of("*"));

  public Scope {
    actions = List.copyOf(actions);
  }

  /** Reads one; empty where it is none. */
  public static Optional<Scope> parse(String text) {
    int first = text.indexOf(':');
    int last = text.lastIndexOf(':');
    if (first <= 0 || last <= first + 1) {
      return Optional.empty();
    }
    Set<String> actions = new LinkedHashSet<>(List.of(text.substring(last + 1).split(",")));
    actions.remove("");
    return Optional.of(
        new Scope(text.substring(0, first), text.substring(first + 1, last), List.copyOf(actions)));
  }

  /** True where it is for that repository, and for that. */
  public boolean isFor(String repository, String action) {
    return type.equals(REPOSITORY) && name.equals(repository) && actions.contains(action);
  }

  @Override
  public String toString() {
    return type + ":" + name + ":" + String.join(",", actions);
  }
}
