package dev.gantry.node.container;

import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The OCI runtimes that containers of this node may name.
 *
 * @param standard the one of a container that names none
 * @param programs every name with the program that it means
 */
public record RuntimeNames(String standard, Map<String, String> programs) {

  /** The program that a name means. */
  public String program(@Nullable String name) {
    String program = programs.get(name == null || name.isEmpty() ? standard : name);
    if (program == null) {
      throw new ServiceException(ErrorCode.INVALID, "unknown or invalid runtime name: " + name);
    }
    return program;
  }
}
