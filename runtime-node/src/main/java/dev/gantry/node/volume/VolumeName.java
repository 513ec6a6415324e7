package dev.gantry.node.volume;

import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.regex.Pattern;

/** The form that the name of a volume has. */
final class VolumeName {
  private static final Pattern FORM = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}");

  private VolumeName() {}

  static String check(String name) {
    if (name.length() == 1) {
      throw new ServiceException(
          ErrorCode.INVALID,
          "create "
              + name
              + ": volume name is too short, names should be at least two alphanumeric"
              + " characters");
    }
    if (!FORM.matcher(name).matches()) {
      throw new ServiceException(
          ErrorCode.INVALID,
          ("create %s: \"%s\" includes invalid characters for a local volume name, only"
                  + " \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host"
                  + " directory, use absolute path")
              .formatted(name, name));
    }
    return name;
  }
}
