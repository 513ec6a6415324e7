package dev.gantry.gateway.engine.system;

/** Architectures by Go's names, which some answers have, and by the kernel's, which others have. */
final class GoNames {
  private GoNames() {}

  static String architecture(String name) {
    return switch (name) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> name;
    };
  }

  static String machine(String name) {
    return switch (name) {
      case "amd64" -> "x86_64";
      case "arm64" -> "aarch64";
      default -> name;
    };
  }
}
