package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** The name of a team: lower-case letters, digits, {@code _} and {@code -}, at most 63 of them. */
public record TeamId(@JsonValue String value) {
  private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

  /** The team of the unix socket and of plain TCP on loopback. */
  public static final TeamId DEFAULT = new TeamId("default");

  @JsonCreator
  public TeamId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("invalid team name: " + Identifiers.quoted(value));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
