package dev.gantry.image.catalog;

import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;

/** What a name or an id leads to among a team's images. */
public sealed interface Lookup {

  /**
   * Found.
   *
   * @param byId the text was the image's id or the beginning of it, not a name
   */
  record Found(TeamImage image, boolean byId) implements Lookup {}

  /** There is none, or it is another team's: the same answer. */
  record Missing(String message) implements Lookup {}

  /** The text can be no name of an image. */
  record Malformed(String message) implements Lookup {}

  /** The image, or the failure as the caller shall see it. */
  default Found require() {
    return switch (this) {
      case Found found -> found;
      case Missing missing -> throw new ServiceException(ErrorCode.NOT_FOUND, missing.message());
      case Malformed malformed ->
          throw new ServiceException(ErrorCode.INVALID, malformed.message());
    };
  }
}
