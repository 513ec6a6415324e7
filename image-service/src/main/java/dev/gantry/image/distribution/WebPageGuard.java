package dev.gantry.image.distribution;

import dev.gantry.image.repository.DistributionError;
import dev.gantry.image.repository.DistributionException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Keeps web pages away: a browser that was lured here sends an {@code Origin}, or, after its name
 * server was turned against it, a {@code Host} that is not ours.
 */
final class WebPageGuard {
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|.+\\.localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?");

  private WebPageGuard() {}

  static void check(HttpServletRequest request, boolean loopback) {
    if (request.getHeader("Origin") != null
        || "cross-site".equals(request.getHeader("Sec-Fetch-Site"))) {
      throw new DistributionException(
          DistributionError.DENIED, "requests from web pages are refused");
    }
    String host = request.getHeader("Host");
    if (loopback && host != null && !LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches()) {
      throw new DistributionException(
          DistributionError.DENIED, "the Host of a request to this port must be a loopback name");
    }
  }
}
