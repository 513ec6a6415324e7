package dev.gantry.node.container;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.HealthConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a container takes over from its image, by the engine's rules: a value that the request
 * leaves empty is the image's; ports, volumes and labels are united; of the environment the
 * request's own variables come first.
 *
 * <p>The command is the image's only where the request gives neither command nor entrypoint: {@code
 * --entrypoint sh} must not get the image's arguments. {@code [""]} takes the image's entrypoint
 * away.
 */
final class ImageConfig {
  private ImageConfig() {}

  static ContainerConfig merge(ContainerConfig asked, ContainerConfig image, String hostname) {
    boolean noEntrypoint = empty(asked.entrypoint());
    List<String> cmd = noEntrypoint && empty(asked.cmd()) ? image.cmd() : asked.cmd();
    List<String> entrypoint = asked.entrypoint() == null ? image.entrypoint() : asked.entrypoint();
    if (entrypoint != null && entrypoint.equals(List.of(""))) {
      entrypoint = null;
    }
    return new ContainerConfig(
        orElse(asked.hostname(), hostname),
        orElse(asked.domainname(), ""),
        orElse(asked.user(), orElse(image.user(), "")),
        isTrue(asked.attachStdin()),
        isTrue(asked.attachStdout()),
        isTrue(asked.attachStderr()),
        unite(asked.exposedPorts(), image.exposedPorts(), true),
        isTrue(asked.tty()),
        isTrue(asked.openStdin()),
        isTrue(asked.stdinOnce()),
        environment(asked.env(), image.env()),
        cmd,
        health(asked.healthcheck(), image.healthcheck()),
        asked.argsEscaped(),
        asked.image(),
        unite(asked.volumes(), image.volumes(), true),
        orElse(asked.workingDir(), orElse(image.workingDir(), "")),
        entrypoint,
        asked.networkDisabled(),
        asked.macAddress(),
        asked.onBuild(),
        unite(asked.labels(), image.labels(), false),
        orElse(asked.stopSignal(), image.stopSignal()),
        asked.stopTimeout(),
        empty(asked.shell()) ? image.shell() : asked.shell());
  }

  private static List<String> environment(
      @Nullable List<String> asked, @Nullable List<String> image) {
    Map<String, String> byName = new LinkedHashMap<>();
    List<String> all = new ArrayList<>();
    for (String variable : orEmpty(asked)) {
      byName.put(nameOf(variable), variable);
      all.add(variable);
    }
    for (String variable : orEmpty(image)) {
      if (byName.putIfAbsent(nameOf(variable), variable) == null) {
        all.add(variable);
      }
    }
    return all;
  }

  private static String nameOf(String variable) {
    int at = variable.indexOf('=');
    return at < 0 ? variable : variable.substring(0, at);
  }

  private static <V> @Nullable Map<String, V> unite(
      @Nullable Map<String, V> asked, @Nullable Map<String, V> image, boolean nullWhenEmpty) {
    Map<String, V> all = new LinkedHashMap<>();
    if (image != null) {
      all.putAll(image);
    }
    if (asked != null) {
      all.putAll(asked);
    }
    return all.isEmpty() && nullWhenEmpty ? null : all;
  }

  private static @Nullable HealthConfig health(
      @Nullable HealthConfig asked, @Nullable HealthConfig image) {
    if (asked == null || image == null) {
      return asked == null ? image : asked;
    }
    return new HealthConfig(
        empty(asked.test()) ? image.test() : asked.test(),
        orElse(asked.interval(), image.interval()),
        orElse(asked.timeout(), image.timeout()),
        asked.retries() == null || asked.retries() == 0 ? image.retries() : asked.retries(),
        orElse(asked.startPeriod(), image.startPeriod()),
        orElse(asked.startInterval(), image.startInterval()));
  }

  private static @Nullable Long orElse(@Nullable Long value, @Nullable Long other) {
    return value == null || value == 0 ? other : value;
  }

  private static @Nullable String orElse(@Nullable String value, @Nullable String other) {
    return value == null || value.isEmpty() ? other : value;
  }

  static boolean isTrue(@Nullable Boolean value) {
    return value != null && value;
  }

  private static boolean empty(@Nullable List<String> list) {
    return list == null || list.isEmpty();
  }

  static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
