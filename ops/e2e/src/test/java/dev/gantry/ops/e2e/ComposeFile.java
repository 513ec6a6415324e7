package dev.gantry.ops.e2e;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.yaml.snakeyaml.Yaml;

/** The project's {@code docker-compose.yml} as Debian's {@code docker-compose} understands it. */
record ComposeFile(Map<String, Map<String, Object>> services) {

  static ComposeFile read() throws IOException {
    Process config =
        new ProcessBuilder("docker-compose", "-f", "docker-compose.yml", "config")
            .directory(Platform.home().toFile())
            .start();
    Map<String, Map<String, Map<String, Object>>> file =
        new Yaml().load(Docker.finish(config, new byte[0]).ok());
    return new ComposeFile(file.getOrDefault("services", Map.of()));
  }

  /** The services that go on, by name: all but the one that sets the others up. */
  Set<String> processes() {
    Set<String> names = new TreeSet<>(services.keySet());
    names.remove("setup");
    return names;
  }

  Map<String, Object> service(String name) {
    return services.getOrDefault(name, Map.of());
  }

  /** What a service mounts, a volume or a folder of the host, by where. */
  Map<String, String> mounts(String service) {
    Map<String, String> mounts = new TreeMap<>();
    if (service(service).get("volumes") instanceof List<?> volumes) {
      for (Object volume : volumes) {
        String[] parts = volume.toString().split(":");
        mounts.put(parts[1], parts[0]);
      }
    }
    return mounts;
  }

  /** The Dockerfile of a service that is built here, below the project's folder; else empty. */
  String dockerfile(String service) {
    return service(service).get("build") instanceof Map<?, ?> build
        ? String.valueOf(build.get("dockerfile"))
        : "";
  }
}
