package dev.gantry.image.catalog;

import dev.gantry.engine.Digest;
import dev.gantry.engine.Reference;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names of images as clients write them, and the engine's words where they are none. */
public final class ImageNames {
  private static final Pattern FULL_ID = Pattern.compile("[a-f0-9]{64}");
  private static final Pattern ID_PREFIX = Pattern.compile("(?:sha256:)?[a-f0-9]{1,64}");

  private ImageNames() {}

  /** The digest where the text is a whole id, with or without its algorithm. */
  public static Optional<Digest> fullId(String text) {
    String value = FULL_ID.matcher(text).matches() ? "sha256:" + text : text;
    try {
      return Optional.of(new Digest(value));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** The digits with which an id begins, where the text can be that. */
  static Optional<String> idPrefix(String text) {
    if (!ID_PREFIX.matcher(text).matches()) {
      return Optional.empty();
    }
    return Optional.of(text.startsWith("sha256:") ? text.substring(7) : text);
  }

  /** True where the name ends with neither tag nor digest. */
  public static boolean isNameOnly(String text) {
    return !text.contains("@") && text.lastIndexOf(':') <= text.lastIndexOf('/');
  }

  /** A repository and a tag, given apart or together, as {@code docker tag} and import send it. */
  public static Reference tagged(String repository, String tag) {
    String name = tag.isEmpty() ? repository : repository + ":" + tag;
    Reference reference = parse(name);
    if (reference.digest() != null) {
      throw new ServiceException(
          ErrorCode.INVALID, "refusing to create a tag with a digest reference");
    }
    if (reference.familiarRepository().equals("sha256")) {
      throw new ServiceException(
          ErrorCode.INVALID, "refusing to create an ambiguous tag using digest algorithm as name");
    }
    return reference;
  }

  public static Reference parse(String text) {
    return Reference.parse(text)
        .filter(_ -> !FULL_ID.matcher(text).matches())
        .orElseThrow(() -> new ServiceException(ErrorCode.INVALID, whyNot(text)));
  }

  /** The engine's sentence for a text that is no reference. */
  static String whyNot(String text) {
    if (FULL_ID.matcher(text).matches()) {
      return "invalid repository name (" + text + "), cannot specify 64-byte hexadecimal strings";
    }
    boolean wouldBeValid = Reference.parse(text.toLowerCase(Locale.ROOT)).isPresent();
    return wouldBeValid
        ? "invalid reference format: repository name must be lowercase"
        : "invalid reference format";
  }

  /** The engine's sentence for an image that is not there. */
  public static String noSuchImage(String text) {
    String shown =
        fullId(text)
            .map(Digest::value)
            .or(() -> Reference.parse(text).map(Reference::familiar))
            .orElse(text);
    return "No such image: " + shown;
  }
}
