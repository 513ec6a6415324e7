package dev.gantry.node.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The settings of the node. All that is wrong with them is told at once.
 *
 * @param name unique in the fleet
 * @param advertise the host that others reach this node by
 * @param labels {@code key=value} pairs, comma separated
 * @param runtime {@code crun}, {@code runc} or {@code auto}
 * @param bindTeams teams that may bind paths of the host, comma separated; {@code *} for all
 * @param orphanLogBytes bound of the output of removed containers that waits for the broker
 * @param reconcileSeconds between two comparisons of kernel and record
 * @param askClientSeconds between two questions to a client, that has ended its input, whether it
 *     is still there
 * @param layerKeepSeconds how long a layer stays that no container has and nobody asks for
 * @param zone where this node is; nodes of one zone get layers from each other
 * @param blobKeepBytes bound of the layers that a node of a zone keeps for others, compressed
 * @param blobKeepSeconds how long it keeps one that nobody asks for
 */
@ConfigurationProperties(prefix = "gantry.node", ignoreUnknownFields = false)
public record NodeSettings(
    String name,
    Path data,
    Path run,
    String advertise,
    @Nullable String labels,
    String runtime,
    List<String> bindTeams,
    long orphanLogBytes,
    int reconcileSeconds,
    int askClientSeconds,
    int layerKeepSeconds,
    @Nullable String zone,
    long blobKeepBytes,
    int blobKeepSeconds) {
  private static final String ZONE = "zone";
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}");

  /** A container is recorded in less after its layers were asked for. */
  private static final int LEAST_LAYER_KEEP = 3600;

  public NodeSettings {
    List<String> problems = new ArrayList<>();
    if (!NAME.matcher(name).matches()) {
      problems.add("gantry.node.name is no name: " + name);
    }
    if (!data.isAbsolute() || !run.isAbsolute()) {
      problems.add("gantry.node.data and gantry.node.run must be absolute paths");
    }
    if (!List.of("auto", "crun", "runc").contains(runtime)) {
      problems.add("gantry.node.runtime must be auto, crun or runc: " + runtime);
    }
    if (orphanLogBytes < 1 << 20) {
      problems.add("gantry.node.orphan-log-bytes must be at least 1048576");
    }
    if (reconcileSeconds < 1) {
      problems.add("gantry.node.reconcile-seconds must be at least 1");
    }
    if (askClientSeconds < 1) {
      problems.add("gantry.node.ask-client-seconds must be at least 1");
    }
    if (layerKeepSeconds < LEAST_LAYER_KEEP) {
      problems.add("gantry.node.layer-keep-seconds must be at least " + LEAST_LAYER_KEEP);
    }
    if (zone != null && !zone.isEmpty() && !NAME.matcher(zone).matches()) {
      problems.add("gantry.node.zone is no name: " + zone);
    }
    if (blobKeepBytes < 0 || blobKeepSeconds < 1) {
      problems.add("gantry.node.blob-keep-bytes and blob-keep-seconds must be positive");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    bindTeams = List.copyOf(bindTeams);
  }

  public NodeFiles files() {
    return new NodeFiles(data, run);
  }

  /** The labels as a map, the zone among them. */
  public Map<String, String> labelMap() {
    Map<String, String> map = new LinkedHashMap<>();
    for (String pair : (labels == null ? "" : labels).split(",", -1)) {
      if (!pair.isBlank()) {
        String[] parts = pair.strip().split("=", 2);
        map.put(parts[0], parts.length == 2 ? parts[1] : "");
      }
    }
    if (!zoneName().isEmpty()) {
      map.put(ZONE, zoneName());
    }
    return map;
  }

  /** Empty for no zone. */
  public String zoneName() {
    return zone == null ? "" : zone;
  }

  public boolean mayBind(String team) {
    return bindTeams.contains(team) || bindTeams.contains("*");
  }
}
