package dev.gantry.gateway.names;

import static dev.gantry.gateway.call.Failures.invalid;

import java.util.regex.Pattern;

/** What a container may be called. */
public final class ContainerName {
  private static final Pattern FORM = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
  private static final int LONGEST = 253;

  private ContainerName() {}

  /** The name without a leading slash, which old clients send; refused as the engine refuses it. */
  public static String parse(String given) {
    String name = given.startsWith("/") ? given.substring(1) : given;
    if (!FORM.matcher(name).matches() || name.length() > LONGEST) {
      throw invalid(
          "Invalid container name (%s), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"
              .formatted(given));
    }
    return name;
  }
}
