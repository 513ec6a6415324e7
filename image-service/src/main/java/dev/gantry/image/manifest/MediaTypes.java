package dev.gantry.image.manifest;

import java.util.Set;

/** The media types of the OCI image specification and of Docker's schema 2. */
public final class MediaTypes {
  public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
  public static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
  public static final String OCI_LAYER_GZIP = OCI_LAYER + "+gzip";
  public static final String OCI_LAYER_ZSTD = OCI_LAYER + "+zstd";

  public static final String DOCKER_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";
  public static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";
  public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";

  private static final Set<String> INDEXES = Set.of(OCI_INDEX, DOCKER_LIST);
  private static final Set<String> MANIFESTS = Set.of(OCI_MANIFEST, DOCKER_MANIFEST);
  private static final Set<String> CONFIGS = Set.of(OCI_CONFIG, DOCKER_CONFIG);

  private MediaTypes() {}

  public static boolean isIndex(String type) {
    return INDEXES.contains(type);
  }

  public static boolean isManifest(String type) {
    return MANIFESTS.contains(type);
  }

  /** True for layers that are fetched from where their descriptor says, not from the registry. */
  static boolean isElsewhere(String type) {
    return type.startsWith("application/vnd.oci.image.layer.nondistributable.")
        || type.equals("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");
  }

  static boolean isImageConfig(String type) {
    return CONFIGS.contains(type);
  }
}
