package dev.gantry.image.api;

import static dev.gantry.image.api.EnginePaths.actor;
import static dev.gantry.image.api.EnginePaths.parameter;

import dev.gantry.engine.EngineJson;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.manifest.ImagePlatform;
import dev.gantry.image.remote.Credentials;
import dev.gantry.image.remote.RemoteException;
import dev.gantry.image.transfer.HubSearch;
import dev.gantry.image.transfer.Inspection;
import dev.gantry.image.transfer.Pulls;
import dev.gantry.image.transfer.Traffic;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The Engine API's traffic with other registries. */
@RestController
class RegistryController {
  private static final String ENGINE = "/v1/engine/";
  private static final String AUTHORIZATION = "X-Registry-Auth";
  private static final int LOGIN_BYTES = 64 << 10;

  private final Traffic traffic;

  RegistryController(Traffic traffic) {
    this.traffic = traffic;
  }

  @PostMapping(
      value = EnginePaths.PREFIX + "create",
      params = {"fromImage", "fromImage!="})
  void pull(HttpServletRequest request, HttpServletResponse response)
      throws IOException, InterruptedException {
    Actor actor = actor(request);
    Pulls.Wanted wanted =
        new Pulls.Wanted(
            parameter(request, "fromImage"),
            parameter(request, "tag"),
            platform(parameter(request, "platform")));
    Credentials credentials = credentials(request);
    ProgressAnswer.send(
        response, progress -> traffic.pulls().pull(actor, wanted, credentials, progress));
  }

  private static Optional<ImagePlatform> platform(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        ImagePlatform.parse(text)
            .orElseThrow(
                () ->
                    new ServiceException(
                        ErrorCode.INVALID,
                        "\""
                            + text
                            + "\": "
                            + (text.contains("/")
                                ? "cannot parse platform specifier"
                                : "unknown operating system or architecture")
                            + ": invalid argument")));
  }

  void push(HttpServletRequest request, HttpServletResponse response, String name)
      throws IOException, InterruptedException {
    Actor actor = actor(request);
    String tag = parameter(request, "tag");
    if (request.getHeader(AUTHORIZATION) == null) {
      throw new ServiceException(
          ErrorCode.INVALID, "Bad parameters and missing X-Registry-Auth: EOF");
    }
    Credentials credentials = credentials(request);
    ProgressAnswer.send(
        response, progress -> traffic.pushes().push(actor, name, tag, credentials, progress));
  }

  @PostMapping(ENGINE + "auth")
  Map<String, String> login(HttpServletRequest request) throws IOException {
    byte[] body = request.getInputStream().readNBytes(LOGIN_BYTES);
    try {
      JsonNode config = EngineJson.MAPPER.readTree(body);
      String server = config.path("serveraddress").asString("");
      traffic.registries().login(Credentials.of(config), domain(server));
    } catch (JacksonException | IllegalArgumentException e) {
      throw new ServiceException(ErrorCode.INVALID, "the body is no AuthConfig", e);
    } catch (RemoteException e) {
      if (e.kind() == RemoteException.Kind.UNAUTHORIZED) {
        // Without its cause, for which there is a handler, too.
        throw new ServiceException(ErrorCode.UNAUTHENTICATED, e.text());
      }
      throw e;
    }
    return Map.of("Status", "Login Succeeded", "IdentityToken", "");
  }

  /** The registry that {@code docker login} means: {@code https://index.docker.io/v1/}. */
  private static String domain(String server) {
    String host = server.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
    return host.isEmpty() || host.equals("index.docker.io") ? "docker.io" : host;
  }

  @GetMapping(ENGINE + "distribution/**")
  JsonNode inspect(HttpServletRequest request) throws IOException {
    String path = request.getRequestURI().substring((ENGINE + "distribution/").length());
    if (!path.endsWith("/json")) {
      throw EnginePaths.notFound();
    }
    String name =
        URLDecoder.decode(
            path.substring(0, path.length() - "/json".length()), StandardCharsets.UTF_8);
    return Inspection.of(traffic.registries(), credentials(request), name);
  }

  @GetMapping(EnginePaths.PREFIX + "search")
  JsonNode search(HttpServletRequest request) throws IOException {
    HubSearch search =
        HubSearch.parse(
            parameter(request, "term"), parameter(request, "limit"), parameter(request, "filters"));
    return search.run(traffic.registries());
  }

  private static Credentials credentials(HttpServletRequest request) {
    String header = request.getHeader(AUTHORIZATION);
    return header == null ? Credentials.NONE : Credentials.parse(header);
  }
}
