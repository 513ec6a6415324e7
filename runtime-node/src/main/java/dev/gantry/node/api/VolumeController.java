package dev.gantry.node.api;

import dev.gantry.engine.Volume;
import dev.gantry.engine.VolumeCreateOptions;
import dev.gantry.node.volume.VolumeRecord;
import dev.gantry.node.volume.Volumes;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Volumes of the calling team. */
@RestController
@RequestMapping("/v1/volumes")
class VolumeController {
  private final Volumes volumes;
  private final RandomGenerator random;

  VolumeController(Volumes volumes, RandomGenerator random) {
    this.volumes = volumes;
    this.random = random;
  }

  @GetMapping
  List<Volume> list(HttpServletRequest request) {
    return volumes.list(Team.of(request));
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  Volume create(@RequestBody VolumeCreateOptions options, HttpServletRequest request) {
    String driver = options.driver();
    if (driver != null && !driver.isEmpty() && !driver.equals("local")) {
      throw new ServiceException(
          ErrorCode.NOT_FOUND,
          "error looking up volume plugin " + driver + ": plugin \"" + driver + "\" not found");
    }
    if (options.driverOpts() != null && !options.driverOpts().isEmpty()) {
      throw new ServiceException(
          ErrorCode.NOT_IMPLEMENTED, "options of the volume driver local are not served yet");
    }
    String name = options.name();
    if (name == null || name.isEmpty()) {
      byte[] bytes = new byte[32];
      random.nextBytes(bytes);
      return volumes.createAnonymous(
          Team.of(request), HexFormat.of().formatHex(bytes), labels(options));
    }
    return volumes.create(Team.of(request), name, labels(options));
  }

  private static Map<String, String> labels(VolumeCreateOptions options) {
    Map<String, String> labels = options.labels();
    return labels == null ? Map.of() : labels;
  }

  @GetMapping("/{name}")
  Volume get(@PathVariable String name, HttpServletRequest request) {
    return volumes.get(Team.of(request), name);
  }

  @DeleteMapping("/{name}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void remove(
      @PathVariable String name,
      @RequestParam(defaultValue = "false") boolean force,
      HttpServletRequest request) {
    volumes.remove(Team.of(request), name, force);
  }

  /** The answer of a prune in the Engine API's shape. */
  record Pruned(
      @com.fasterxml.jackson.annotation.JsonProperty("VolumesDeleted") List<String> deleted,
      @com.fasterxml.jackson.annotation.JsonProperty("SpaceReclaimed") long bytes) {}

  @PostMapping("/prune")
  Pruned prune(
      @RequestParam(required = false) @Nullable String filters, HttpServletRequest request) {
    VolumeFilter filter = VolumeFilter.parse(filters);
    Volumes.Pruned pruned =
        volumes.prune(
            Team.of(request),
            (VolumeRecord volume) ->
                (filter.all() || volume.anonymous()) && filter.matches(volume.labels()));
    return new Pruned(pruned.names(), pruned.bytes());
  }
}
