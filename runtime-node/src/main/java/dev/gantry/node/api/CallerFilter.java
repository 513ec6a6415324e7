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
import java.security.cert.X509Certificate;
import java.util.regex.Pattern;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets in only calls that are meant for this node and whose body is not declared to be too long.
 * TLS has settled that the caller is a process of the platform; here it has to be the control
 * plane, but for blobs of layers, which nodes give each other.
 */
final class CallerFilter extends OncePerRequestFilter {
  private static final long MAX_BODY = 4L << 20;
  private static final Pattern NAME = Pattern.compile("(^|,)CN=control(,|$)");

  private static final Pattern BLOB = Pattern.compile("/v1/blobs/sha(256|512):[0-9a-f]{64,128}");

  private final NodeId node;

  CallerFilter(NodeId node) {
    this.node = node;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (!isControlPlane(request) && !isForAnyNode(request)) {
      refuse(response, ErrorCode.FORBIDDEN, "only the control plane may call a node");
      return;
    }
    String meant = request.getHeader(GantryHeaders.NODE);
    if (meant != null && !meant.equals(node.value())) {
      refuse(response, ErrorCode.MISDIRECTED, "this is node " + node + ", not " + meant);
    } else if (request.getContentLengthLong() > MAX_BODY) {
      refuse(response, ErrorCode.TOO_LARGE, "the body is larger than " + MAX_BODY + " bytes");
    } else {
      chain.doFilter(request, response);
    }
  }

  /**
   * Every process of the platform has a certificate of its CA; those of other nodes have no say.
   */
  private static boolean isControlPlane(HttpServletRequest request) {
    return request.getAttribute("jakarta.servlet.request.X509Certificate")
            instanceof X509Certificate[] chain
        && chain.length > 0
        && NAME.matcher(chain[0].getSubjectX500Principal().getName()).find();
  }

  /** The path as it was sent, in which nothing is left to be resolved or decoded. */
  private static boolean isForAnyNode(HttpServletRequest request) {
    return request.getMethod().equals("GET") && BLOB.matcher(request.getRequestURI()).matches();
  }

  private static void refuse(HttpServletResponse response, ErrorCode code, String detail)
      throws IOException {
    response.setStatus(code.status());
    response.setContentType(Problem.MEDIA_TYPE);
    response.getOutputStream().write(EngineJson.MAPPER.writeValueAsBytes(Problem.of(code, detail)));
  }
}
