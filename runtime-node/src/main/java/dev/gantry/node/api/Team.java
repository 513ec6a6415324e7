package dev.gantry.node.api;

import dev.gantry.engine.TeamId;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.GantryHeaders;
import dev.gantry.services.ServiceException;
import jakarta.servlet.http.HttpServletRequest;

/** The team that a call is for. */
final class Team {
  private Team() {}

  /** A call without a team is refused: there is no team that could be assumed. */
  static TeamId of(HttpServletRequest request) {
    String team = request.getHeader(GantryHeaders.TEAM);
    if (team == null) {
      throw new ServiceException(ErrorCode.UNAUTHENTICATED, "the call names no team");
    }
    try {
      return new TeamId(team);
    } catch (IllegalArgumentException e) {
      throw new ServiceException(ErrorCode.INVALID, String.valueOf(e.getMessage()), e);
    }
  }
}
