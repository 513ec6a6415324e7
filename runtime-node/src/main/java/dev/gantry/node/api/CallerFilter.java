package dev.gantry.node.api;

import dev.gantry.engine.EngineJson;
import dev.gantry.engine.NodeId;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.GantryHeaders;
import dev.gantry.services.Problem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets in only calls that are meant for this node and whose body is not declared to be too long.
 * Who the caller is was settled by TLS: only the platform's own certificates get this far.
 */
final class CallerFilter extends OncePerRequestFilter {
  private static final long MAX_BODY = 4L << 20;

  private final NodeId node;

  CallerFilter(NodeId node) {
    this.node = node;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String meant = request.getHeader(GantryHeaders.NODE);
    if (meant != null && !meant.equals(node.value())) {
      refuse(response, ErrorCode.MISDIRECTED, "this is node " + node + ", not " + meant);
    } else if (request.getContentLengthLong() > MAX_BODY) {
      refuse(response, ErrorCode.TOO_LARGE, "the body is larger than " + MAX_BODY + " bytes");
    } else {
      chain.doFilter(request, response);
    }
  }

  private static void refuse(HttpServletResponse response, ErrorCode code, String detail)
      throws IOException {
    response.setStatus(code.status());
    response.setContentType(Problem.MEDIA_TYPE);
    response.getOutputStream().write(EngineJson.MAPPER.writeValueAsBytes(Problem.of(code, detail)));
  }
}
