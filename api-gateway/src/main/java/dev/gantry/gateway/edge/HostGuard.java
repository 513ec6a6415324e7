package dev.gantry.gateway.edge;

import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages away: a browser that was lured to our port sends an {@code Origin}, or, after its
 * name server was turned against it, a {@code Host} that is not ours.
 */
final class HostGuard {
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|.+\\.localhost|127(\\.\\d{1,3}){3}|\\[::1]|docker)?(:\\d+)?");

  private HostGuard() {}

  static void check(Door door, HttpServletRequest request) {
    if (door == Door.UNIX || door == Door.TEAM) {
      return;
    }
    String host = request.getHeader("Host");
    String origin = request.getHeader("Origin");
    if (origin != null && !sameHost(origin, host)) {
      throw new ServiceException(ErrorCode.FORBIDDEN, "requests from web pages are refused");
    }
    if ("cross-site".equals(request.getHeader("Sec-Fetch-Site"))) {
      throw new ServiceException(ErrorCode.FORBIDDEN, "requests from web pages are refused");
    }
    if (door == Door.LOOPBACK
        && host != null
        && !LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches()) {
      throw new ServiceException(
          ErrorCode.FORBIDDEN, "the Host of a request to this port must be a loopback name");
    }
  }

  private static boolean sameHost(String origin, @Nullable String host) {
    return host != null && origin.replaceFirst("^https?://", "").equalsIgnoreCase(host);
  }
}
