package dev.gantry.image.manifest;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Operating system and processor that an image is made for; empty text where it is not said. */
public record ImagePlatform(String os, String architecture, String variant) {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+){0,2}");
  static final ImagePlatform NONE = new ImagePlatform("", "", "");

  static ImagePlatform parse(JsonNode node) {
    return new ImagePlatform(
        Json.text(node, "os"), Json.text(node, "architecture"), Json.text(node, "variant"));
  }

  /** Reads {@code linux/arm64} or {@code linux/arm/v7}; empty where it is none. */
  public static Optional<ImagePlatform> parse(String text) {
    if (!FORM.matcher(text).matches()) {
      return Optional.empty();
    }
    String[] parts = text.toLowerCase(Locale.ROOT).split("/");
    return Optional.of(
        switch (parts.length) {
          case 1 -> new ImagePlatform("linux", architecture(parts[0]), "");
          case 2 -> new ImagePlatform(parts[0], architecture(parts[1]), "");
          default -> new ImagePlatform(parts[0], architecture(parts[1]), parts[2]);
        });
  }

  private static String architecture(String text) {
    return switch (text) {
      case "x86_64", "x86-64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> text;
    };
  }

  /** As people write it. */
  public String shown() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }

  /** The platform that this process runs on, which is the fleet's. */
  public static ImagePlatform ofThisHost() {
    String arch = System.getProperty("os.arch", "amd64");
    return new ImagePlatform("linux", arch.equals("aarch64") ? "arm64" : arch, "");
  }

  /** True where an image of {@code this} can run on {@code host}; what is not said, fits. */
  public boolean fits(ImagePlatform host) {
    return (os.isEmpty() || os.equals(host.os))
        && (architecture.isEmpty() || architecture.equals(host.architecture));
  }
}
