package dev.gantry.image.api;

import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.IdResponse;
import dev.gantry.image.archive.ContainerCommit;
import dev.gantry.image.blob.Blob;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.catalog.Catalog;
import dev.gantry.image.catalog.Images;
import dev.gantry.services.CommitImage;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ResolvedImage;
import dev.gantry.services.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What gateway and nodes ask: which image a name means, and the bytes of its parts. */
@RestController
class NodeController {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{0,18})");

  private final DSLContext database;
  private final BlobStore blobs;
  private final ImageViews views;
  private final ContainerCommit commits;

  NodeController(DSLContext database, BlobStore blobs, ImageViews views, ContainerCommit commits) {
    this.database = database;
    this.blobs = blobs;
    this.views = views;
    this.commits = commits;
  }

  @GetMapping("/v1/images/resolve")
  ResolvedImage resolve(HttpServletRequest request, @RequestParam String name) throws IOException {
    Actor actor = EnginePaths.actor(request);
    return views.resolved(Catalog.find(database, actor.team(), name).require().image(), name);
  }

  /** See {@link CommitImage} for the body. */
  @PostMapping(CommitImage.PATH)
  IdResponse commit(HttpServletRequest request) throws IOException, InterruptedException {
    Actor actor = EnginePaths.actor(request);
    DataInputStream body = new DataInputStream(request.getInputStream());
    int length = body.readInt();
    if (length < 0 || length > CommitImage.LIMIT) {
      throw new ServiceException(
          ErrorCode.INVALID, "a description of " + length + " bytes is too long");
    }
    CommitImage commit = EngineJson.MAPPER.readValue(body.readNBytes(length), CommitImage.class);
    return new IdResponse(commits.commit(actor, commit, body).value());
  }

  @GetMapping("/v1/blobs/{digest}")
  void blob(HttpServletRequest request, HttpServletResponse response, @PathVariable String digest)
      throws IOException {
    Actor actor = EnginePaths.actor(request);
    Digest wanted = new Digest(digest);
    if (!Images.mayRead(database, actor.team(), wanted)) {
      throw unknown(digest);
    }
    try (Blob blob = blobs.read(wanted).orElseThrow(() -> unknown(digest))) {
      long size = blob.size();
      long from = 0;
      long to = size;
      String range = request.getHeader("Range");
      if (range != null) {
        Matcher parts = RANGE.matcher(range);
        if (!parts.matches() || Long.parseLong(parts.group(1)) >= size) {
          response.setHeader("Content-Range", "bytes */" + size);
          response.setStatus(416);
          return;
        }
        from = Long.parseLong(parts.group(1));
        to = parts.group(2).isEmpty() ? size : Math.min(size, Long.parseLong(parts.group(2)) + 1);
        response.setStatus(206);
        response.setHeader("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + size);
      }
      response.setContentType("application/octet-stream");
      response.setContentLengthLong(to - from);
      blob.writeTo(response.getOutputStream(), from, to);
    }
  }

  private static ServiceException unknown(String digest) {
    return new ServiceException(ErrorCode.NOT_FOUND, "blob " + digest + " unknown");
  }
}
