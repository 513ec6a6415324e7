package dev.gantry.image.api;

import dev.gantry.engine.Digest;
import dev.gantry.image.catalog.Images;
import dev.gantry.image.zone.BlobHolders;
import dev.gantry.services.BlobClaim;
import dev.gantry.services.BlobPlaces;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Tells a node which others of its zone have a blob; see {@link BlobClaim}. */
@RestController
class HolderController {
  private static final Pattern NAME = Pattern.compile("(?:^|,)CN=([a-zA-Z0-9_.-]{1,63})(?:,|$)");
  private static final Pattern ZONE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}");
  private static final int URI_LENGTH = 300;

  private final DSLContext database;
  private final BlobHolders holders;

  HolderController(DSLContext database, BlobHolders holders) {
    this.database = database;
    this.holders = holders;
  }

  @PostMapping("/v1/blobs/{digest}/holders")
  BlobPlaces claim(
      HttpServletRequest request, @PathVariable String digest, @RequestBody BlobClaim claim) {
    if (!ZONE.matcher(claim.zone()).matches()
        || !"https".equals(claim.uri().getScheme())
        || claim.uri().toString().length() > URI_LENGTH) {
      throw new ServiceException(ErrorCode.INVALID, "no zone or address of a node: " + claim);
    }
    Digest blob = new Digest(digest);
    if (!Images.mayRead(database, EnginePaths.actor(request).team(), blob)) {
      throw new ServiceException(ErrorCode.NOT_FOUND, "blob " + digest + " unknown");
    }
    return holders.claim(blob, node(request), claim);
  }

  /** Nobody speaks for another node: the name is that of the certificate. */
  private static String node(HttpServletRequest request) {
    if (request.getAttribute("jakarta.servlet.request.X509Certificate")
            instanceof X509Certificate[] chain
        && chain.length > 0) {
      Matcher name = NAME.matcher(chain[0].getSubjectX500Principal().getName());
      if (name.find()) {
        return name.group(1);
      }
    }
    throw new ServiceException(ErrorCode.FORBIDDEN, "only a node may claim a blob");
  }
}
