package dev.gantry.node.runtime;

import dev.gantry.node.kernel.SealedProgram;
import dev.gantry.node.kernel.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The OCI runtimes that work on this host. All keep what they know in one folder, as ids are unique
 * and each leaves alone what is another's; whose a container is, its files there tell.
 */
public final class OciRuntimes {
  private final OciRuntime.Kind standard;
  private final Map<OciRuntime.Kind, Found> found;
  private final Map<OciRuntime.Kind, OciRuntime> used = new EnumMap<>(OciRuntime.Kind.class);
  private final Path state;

  private record Found(Path program, String version) {}

  private OciRuntimes(OciRuntime.Kind standard, Map<OciRuntime.Kind, Found> found, Path state) {
    this.standard = standard;
    this.found = found;
    this.state = state;
  }

  /**
   * Finds the runtimes that work.
   *
   * @param setting the one for containers that name none: {@code crun}, {@code runc}, or {@code
   *     auto}: crun where it works, else runc
   * @throws IOException where that one does not work; the message says what was tried
   */
  public static OciRuntimes find(String setting, Path state) throws IOException {
    Files.createDirectories(state);
    Map<OciRuntime.Kind, Found> found = new EnumMap<>(OciRuntime.Kind.class);
    List<String> failed = new ArrayList<>();
    for (OciRuntime.Kind kind : OciRuntime.Kind.values()) {
      Path program = OciRuntime.onPath(kind.program());
      Optional<String> fault = OciRuntime.fault(program, state);
      if (fault.isEmpty()) {
        found.put(kind, new Found(program, OciRuntime.version(program)));
      } else {
        failed.add(kind.program() + ": " + fault.get());
      }
    }
    OciRuntime.Kind standard =
        found.keySet().stream()
            .filter(kind -> setting.equals("auto") || setting.equals(kind.program()))
            .findFirst()
            .orElseThrow(
                () ->
                    new IOException(
                        "cannot find an OCI runtime (%s): %s"
                            .formatted(setting, String.join("; ", failed))));
    return new OciRuntimes(standard, found, state);
  }

  /** The one of containers that name none. */
  public OciRuntime standard() throws IOException {
    return of(null);
  }

  /**
   * @param program as a record has it; null in one that does not say
   * @throws IOException where this host does not have it any more
   */
  public OciRuntime of(@Nullable String program) throws IOException {
    for (OciRuntime.Kind kind : found.keySet()) {
      if (program == null ? kind == standard : kind.program().equals(program)) {
        return use(kind);
      }
    }
    throw new IOException(
        "the OCI runtime " + program + " of the container does not work on this host any more");
  }

  /** A copy in memory is made of those only that are used. */
  private synchronized OciRuntime use(OciRuntime.Kind kind) throws IOException {
    OciRuntime runtime = used.get(kind);
    if (runtime == null) {
      Found host = Objects.requireNonNull(found.get(kind));
      runtime = new OciRuntime(kind, SealedProgram.of(host.program()), host.version(), state);
      used.put(kind, runtime);
    }
    return runtime;
  }

  /** Every name that a client may give, with the program that it means. */
  public Map<String, String> names() {
    Map<String, String> names = new LinkedHashMap<>();
    for (OciRuntime.Kind kind : found.keySet()) {
      kind.names().forEach(name -> names.put(name, kind.program()));
    }
    return names;
  }

  /** What the runtimes know of a container is below. */
  public Path state() {
    return state;
  }

  /**
   * Removes what runtime and kernel still have of a container, killing it where it lives; absent is
   * well.
   */
  public void delete(String id) throws IOException {
    Path folder = state.resolve(id);
    OciRuntime.Kind owner =
        found.keySet().stream()
            .filter(kind -> Files.exists(folder.resolve(kind.stateFile())))
            .findFirst()
            .orElse(standard);
    use(owner).delete(id);
    Trees.delete(folder);
  }
}
