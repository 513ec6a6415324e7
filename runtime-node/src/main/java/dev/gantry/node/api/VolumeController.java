package dev.gantry.node.api;

import dev.gantry.engine.Volume;
import dev.gantry.engine.VolumeCreateOptions;
import dev.gantry.node.volume.VolumeRecord;
import dev.gantry.node.volume.Volumes;
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
  List<Volume> list(
      @RequestParam(defaultValue = "false") boolean size, HttpServletRequest request) {
    return size ? volumes.measured(Team.of(request)) : volumes.list(Team.of(request));
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  Volume create(@RequestBody VolumeCreateOptions options, HttpServletRequest request) {
    String name = options.name();
    boolean anonymous = name == null || name.isEmpty();
    return volumes.create(
        Team.of(request),
        anonymous ? randomName() : String.valueOf(name),
        options.driver(),
        new Volumes.Wish(options.labels(), options.driverOpts(), anonymous));
  }

  private String randomName() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
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
                (filter.all() || volume.anonymous())
                    && filter.matches(volume.labels() == null ? Map.of() : volume.labels()));
    return new Pruned(pruned.names(), pruned.bytes());
  }
}
