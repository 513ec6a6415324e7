package dev.gantry.gateway.engine.container;

import static dev.gantry.gateway.call.Failures.invalid;

import dev.gantry.services.ErrorCode;
import dev.gantry.services.ResolvedImage;
import dev.gantry.services.ServiceException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The platform that a create asks its image to be of: {@code OS[/ARCHITECTURE[/VARIANT]]}, or an
 * architecture alone.
 *
 * @param architecture empty where any will do
 * @param text as the engine writes it
 */
record WantedPlatform(String os, String architecture, String text) {
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_.-]+");
  private static final Set<String> SYSTEMS =
      Set.of("linux", "windows", "darwin", "freebsd", "netbsd", "openbsd", "solaris", "aix");
  private static final Set<String> ARCHITECTURES =
      Set.of(
          "amd64",
          "arm64",
          "arm",
          "386",
          "ppc64le",
          "ppc64",
          "s390x",
          "riscv64",
          "mips64le",
          "mips64",
          "mipsle",
          "mips",
          "loong64",
          "wasm");

  static WantedPlatform parse(String given) {
    List<String> parts = List.of(given.split("/", -1));
    for (String part : parts) {
      if (!PART.matcher(part).matches()) {
        throw invalid("\"" + part + "\" is an invalid component of \"" + given + "\"");
      }
    }
    String first = parts.getFirst().toLowerCase(Locale.ROOT);
    String os = first.equals("macos") ? "darwin" : first;
    return switch (parts.size()) {
      case 1 -> {
        String architecture = architecture(first);
        if (SYSTEMS.contains(os)) {
          yield new WantedPlatform(os, "", os);
        }
        if (ARCHITECTURES.contains(architecture)) {
          yield new WantedPlatform("linux", architecture, "linux/" + architecture);
        }
        throw invalid("\"" + given + "\": unknown operating system or architecture");
      }
      case 2, 3 -> {
        String architecture = architecture(parts.get(1).toLowerCase(Locale.ROOT));
        String variant = parts.size() == 3 ? "/" + parts.get(2).toLowerCase(Locale.ROOT) : "";
        yield new WantedPlatform(os, architecture, os + "/" + architecture + variant);
      }
      default -> throw invalid("\"" + given + "\": cannot parse platform specifier");
    };
  }

  private static String architecture(String name) {
    return switch (name) {
      case "x86_64", "x86-64" -> "amd64";
      case "aarch64" -> "arm64";
      case "i386", "i486", "i586", "i686" -> "386";
      case "armhf", "armel" -> "arm";
      default -> name;
    };
  }

  /** Refuses an image of another platform as one that is not there: clients fetch the right one. */
  void require(String name, ResolvedImage image) {
    boolean fits =
        os.equals(image.os())
            && (architecture.isEmpty() || architecture.equals(image.architecture()));
    if (!fits) {
      throw new ServiceException(
          ErrorCode.NOT_FOUND,
          "image with reference %s was found but does not match the specified platform: wanted %s, actual: %s/%s"
              .formatted(name, text, image.os(), image.architecture()));
    }
  }
}
