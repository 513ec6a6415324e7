package dev.gantry.gateway.call;

import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;

/** The failures that more than one noun answers, in the engine's words. */
public final class Failures {
  private Failures() {}

  public static ServiceException invalid(String text) {
    return new ServiceException(ErrorCode.INVALID, text);
  }

  public static ServiceException notFound(String text) {
    return new ServiceException(ErrorCode.NOT_FOUND, text);
  }

  public static ServiceException conflict(String text) {
    return new ServiceException(ErrorCode.CONFLICT, text);
  }

  public static ServiceException unavailable(String text) {
    return new ServiceException(ErrorCode.UNAVAILABLE, text);
  }

  public static ServiceException noSuchContainer(String name) {
    return notFound("No such container: " + name);
  }
}
