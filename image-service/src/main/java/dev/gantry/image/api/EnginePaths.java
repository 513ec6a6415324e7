package dev.gantry.image.api;

import dev.gantry.engine.TeamId;
import dev.gantry.image.catalog.Actor;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.GantryHeaders;
import dev.gantry.services.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** Who asks, and what is left of a path: names of images have slashes, which no pattern takes. */
final class EnginePaths {
  static final String PREFIX = "/v1/engine/images/";

  private EnginePaths() {}

  static Actor actor(HttpServletRequest request) {
    String team = request.getHeader(GantryHeaders.TEAM);
    String user = request.getHeader(GantryHeaders.USER);
    if (team == null) {
      throw new ServiceException(ErrorCode.UNAUTHENTICATED, "the call names no team");
    }
    return new Actor(new TeamId(team), user == null ? "" : user);
  }

  /** The path behind the prefix, decoded. */
  static String rest(HttpServletRequest request) {
    String path = request.getRequestURI().substring(PREFIX.length());
    return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  static ServiceException notFound() {
    return new ServiceException(ErrorCode.NOT_FOUND, "page not found");
  }

  static String parameter(HttpServletRequest request, String name) {
    String value = request.getParameter(name);
    return value == null ? "" : value;
  }

  static boolean flag(HttpServletRequest request, String name) {
    String value = parameter(request, name);
    return value.equals("1") || value.equalsIgnoreCase("true");
  }
}
