package dev.gantry.image.manifest;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Operating system and processor that an image is made for; empty text where it is not said. */
public record ImagePlatform(String os, String architecture, String variant) {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+){0,2}");

  /** Of Linux, as Go calls them. */
  private static final Set<String> ARCHITECTURES =
      Set.of("386", "amd64", "arm", "arm64", "loong64", "mips64le", "ppc64le", "riscv64", "s390x");

  static final ImagePlatform NONE = new ImagePlatform("", "", "");

  static ImagePlatform parse(JsonNode node) {
    return new ImagePlatform(
        Json.text(node, "os"), Json.text(node, "architecture"), Json.text(node, "variant"));
  }

  /**
   * Reads {@code linux/arm64}, {@code linux/arm/v7}, or one of the two alone; empty where it is
   * none.
   */
  public static Optional<ImagePlatform> parse(String text) {
    if (!FORM.matcher(text).matches()) {
      return Optional.empty();
    }
    String[] parts = text.toLowerCase(Locale.ROOT).split("/");
    return switch (parts.length) {
      case 1 -> alone(parts[0]);
      case 2 -> Optional.of(new ImagePlatform(parts[0], architecture(parts[1]), ""));
      default -> Optional.of(new ImagePlatform(parts[0], architecture(parts[1]), parts[2]));
    };
  }

  private static Optional<ImagePlatform> alone(String text) {
    ImagePlatform host = ofThisHost();
    if (text.equals(host.os)) {
      return Optional.of(host);
    }
    String architecture = architecture(text);
    return ARCHITECTURES.contains(architecture)
        ? Optional.of(new ImagePlatform(host.os, architecture, ""))
        : Optional.empty();
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
