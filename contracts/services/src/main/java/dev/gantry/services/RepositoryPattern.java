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

  /** In time of the product of the lengths at most, whatever the pattern is. */
  public boolean matches(String repository) {
    int at = 0;
    int in = 0;
    int star = -1;
    int resume = 0;
    while (in < repository.length()) {
      if (at < value.length() && value.charAt(at) == '*') {
        star = at++;
        resume = in;
      } else if (at < value.length() && value.charAt(at) == repository.charAt(in)) {
        at++;
        in++;
      } else if (star >= 0) {
        at = star + 1;
        in = ++resume;
      } else {
        return false;
      }
    }
    while (at < value.length() && value.charAt(at) == '*') {
      at++;
    }
    return at == value.length();
  }

  @Override
  public String toString() {
    return value;
  }
}
