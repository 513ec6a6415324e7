package dev.gantry.services;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * Names of repositories as {@code docker images} shows them, where {@code *} stands for any
 * characters: {@code shop/web}, {@code public/*}.
 */
public record RepositoryPattern(@JsonValue String value) {
  private static final Pattern FORM = Pattern.compile("[a-z0-9._/*-]{1,255}");

  @JsonCreator
  public RepositoryPattern {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a pattern of repositories has 1 to 255 of a-z, 0-9, \".\", \"_\", \"-\", \"/\" and"
              + " \"*\"");
    }
  }

  public boolean matches(String repository) {
    return Wildcards.match(value, repository);
  }

  @Override
  public String toString() {
    return value;
  }
}
