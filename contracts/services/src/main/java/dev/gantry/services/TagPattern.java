package dev.gantry.services;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** Tags, where {@code *} stands for any characters: {@code v1.*}. */
public record TagPattern(@JsonValue String value) {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._*-]{1,128}");

  @JsonCreator
  public TagPattern {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a pattern of tags has 1 to 128 of letters, digits, \".\", \"_\", \"-\" and \"*\"");
    }
  }

  public boolean matches(String tag) {
    return Wildcards.match(value, tag);
  }

  @Override
  public String toString() {
    return value;
  }
}
