package dev.gantry.image.manifest;

import tools.jackson.databind.JsonNode;

/** Operating system and processor that an image is made for; empty text where it is not said. */
public record ImagePlatform(String os, String architecture, String variant) {
  static final ImagePlatform NONE = new ImagePlatform("", "", "");

  static ImagePlatform parse(JsonNode node) {
    return new ImagePlatform(
        Json.text(node, "os"), Json.text(node, "architecture"), Json.text(node, "variant"));
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
