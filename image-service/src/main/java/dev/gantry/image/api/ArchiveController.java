package dev.gantry.image.api;

import static dev.gantry.image.api.EnginePaths.actor;
import static dev.gantry.image.api.EnginePaths.parameter;

import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.Reference;
import dev.gantry.image.archive.ImageLoad;
import dev.gantry.image.archive.RootImport;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.catalog.ImageNames;
import dev.gantry.image.manifest.RefusedImageException;
import dev.gantry.image.rule.RuleException;
import dev.gantry.image.transfer.UrlImport;
import dev.gantry.services.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Routes that take archives and answer with a stream of progress: the status is sent before the
 * outcome is known, so a failure stands in the stream, as {@code errorDetail} and {@code error}.
 */
@RestController
class ArchiveController {
  private static final Logger log = LoggerFactory.getLogger(ArchiveController.class);

  private final ImageLoad load;
  private final RootImport imports;
  private final UrlImport urlImports;

  ArchiveController(ImageLoad load, RootImport imports, UrlImport urlImports) {
    this.load = load;
    this.imports = imports;
    this.urlImports = urlImports;
  }

  @PostMapping(EnginePaths.PREFIX + "load")
  void load(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Actor actor = actor(request);
    stream(
        response,
        out ->
            load.load(actor, request.getInputStream(), text -> tell(out, "stream", text + "\n")));
  }

  @PostMapping(EnginePaths.PREFIX + "create")
  void create(HttpServletRequest request, HttpServletResponse response)
      throws IOException, InterruptedException {
    Actor actor = actor(request);
    String source = parameter(request, "fromSrc");
    String message = parameter(request, "message");
    String repository = parameter(request, "repo");
    Optional<Reference> name =
        repository.isEmpty()
            ? Optional.empty()
            : Optional.of(ImageNames.tagged(repository, parameter(request, "tag")));
    String[] given = request.getParameterValues("changes");
    List<String> changes = given == null ? List.of() : List.of(given);
    if (!source.equals("-")) {
      UrlImport.Wanted wanted = new UrlImport.Wanted(source, name, message, changes);
      ProgressAnswer.send(response, progress -> urlImports.run(actor, wanted, progress));
      return;
    }
    stream(
        response,
        out -> {
          Digest id =
              imports.load(
                  actor,
                  request.getInputStream(),
                  name,
                  message.isEmpty() ? "Imported from -" : message,
                  changes);
          tell(out, "status", id.value());
        });
  }

  private interface Work {
    void run(OutputStream out) throws IOException, InterruptedException;
  }

  private static void stream(HttpServletResponse response, Work work) throws IOException {
    response.setContentType("application/json");
    OutputStream out = response.getOutputStream();
    try {
      work.run(out);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(out, "the service is stopping");
    } catch (RefusedImageException e) {
      fail(out, String.valueOf(e.getMessage()));
    } catch (RuleException e) {
      fail(out, e.text());
    } catch (ServiceException e) {
      fail(out, e.detail());
    } catch (IOException | UncheckedIOException e) {
      log.warn("an archive was not taken", e);
      fail(out, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      log.error("an archive was not taken", e);
      fail(out, "internal error: " + e.getMessage());
    }
    out.flush();
  }

  private static void tell(OutputStream out, String key, String text) {
    try {
      out.write(
          (EngineJson.MAPPER.writeValueAsString(Map.of(key, text)) + "\r\n")
              .getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void fail(OutputStream out, String message) throws IOException {
    var error = EngineJson.MAPPER.createObjectNode();
    error.putObject("errorDetail").put("message", message);
    error.put("error", message);
    out.write((error + "\r\n").getBytes(StandardCharsets.UTF_8));
  }
}
