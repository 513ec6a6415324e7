package dev.gantry.image.api;

import static dev.gantry.image.api.EnginePaths.actor;
import static dev.gantry.image.api.EnginePaths.flag;
import static dev.gantry.image.api.EnginePaths.parameter;
import static dev.gantry.image.api.EnginePaths.rest;

import dev.gantry.engine.EngineJson;
import dev.gantry.engine.ImageDeleted;
import dev.gantry.image.archive.ImageSave;
import dev.gantry.image.archive.ImageStore;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.catalog.Catalog;
import dev.gantry.image.catalog.ImageNames;
import dev.gantry.image.catalog.TeamImage;
import dev.gantry.image.removal.Removals;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ImageUse;
import dev.gantry.services.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jooq.DSLContext;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.type.TypeReference;

/** The Engine API's routes below {@code /images}, but for those that take archives. */
@RestController
class EngineController {
  private static final TypeReference<Map<String, ImageUse>> USES = new TypeReference<>() {};
  private static final Set<String> LIST_FILTERS =
      Set.of("dangling", "label", "label!", "reference", "before", "since", "until");
  private static final Set<String> PRUNE_FILTERS = Set.of("dangling", "label", "label!", "until");

  private final DSLContext database;
  private final ImageViews views;
  private final ImageStore store;
  private final ImageSave saves;
  private final Removals removals;
  private final RegistryController registries;

  EngineController(
      DSLContext database,
      ImageViews views,
      ImageStore store,
      ImageSave saves,
      Removals removals,
      RegistryController registries) {
    this.registries = registries;
    this.database = database;
    this.views = views;
    this.store = store;
    this.saves = saves;
    this.removals = removals;
  }

  @GetMapping(EnginePaths.PREFIX + "**")
  void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String path = rest(request);
    Actor actor = actor(request);
    if (path.equals("json")) {
      json(response, list(request, actor));
    } else if (path.equals("get")) {
      String[] names = request.getParameterValues("names");
      save(response, actor, names == null ? List.of() : List.of(names));
    } else if (path.endsWith("/json")) {
      json(response, views.inspect(image(actor, before(path, "/json"))));
    } else if (path.endsWith("/history")) {
      json(response, views.history(image(actor, before(path, "/history"))));
    } else if (path.endsWith("/get")) {
      save(response, actor, List.of(before(path, "/get")));
    } else {
      throw EnginePaths.notFound();
    }
  }

  @PostMapping(EnginePaths.PREFIX + "**")
  void post(HttpServletRequest request, HttpServletResponse response)
      throws IOException, InterruptedException {
    String path = rest(request);
    Actor actor = actor(request);
    if (path.equals("prune")) {
      json(response, prune(request, actor));
    } else if (path.endsWith("/tag")) {
      store.tag(
          actor,
          before(path, "/tag"),
          ImageNames.tagged(parameter(request, "repo"), parameter(request, "tag")));
      response.setStatus(201);
    } else if (path.endsWith("/push")) {
      registries.push(request, response, before(path, "/push"));
    } else {
      throw EnginePaths.notFound();
    }
  }

  @DeleteMapping(EnginePaths.PREFIX + "**")
  void delete(HttpServletRequest request, HttpServletResponse response) throws IOException {
    List<ImageDeleted> told =
        removals.remove(actor(request), rest(request), flag(request, "force"), inUse(request));
    json(response, told);
  }

  private Object list(HttpServletRequest request, Actor actor) {
    ImageFilters filters = ImageFilters.parse(parameter(request, "filters"), LIST_FILTERS);
    Predicate<TeamImage> wanted = filters.predicate(name -> image(actor, name));
    String name = parameter(request, "filter");
    Predicate<TeamImage> named = name.isEmpty() ? _ -> true : ImageFilters.namedBy(name);
    return Catalog.images(database, actor.team()).stream()
        .filter(wanted.and(named))
        .map(image -> views.summary(image, filters.shownTags(image)))
        .toList();
  }

  private Object prune(HttpServletRequest request, Actor actor) throws IOException {
    ImageFilters filters = ImageFilters.parse(parameter(request, "filters"), PRUNE_FILTERS);
    boolean danglingOnly = filters.isTrue("dangling", true);
    Predicate<TeamImage> wanted = image -> !danglingOnly || image.isDangling();
    Predicate<TeamImage> others =
        ImageFilters.parse(withoutDangling(parameter(request, "filters")), PRUNE_FILTERS)
            .predicate(name -> image(actor, name));
    Removals.Pruned pruned = removals.prune(actor, wanted.and(others), inUse(request));
    Map<String, Object> answer = new HashMap<>();
    answer.put("ImagesDeleted", pruned.deleted().isEmpty() ? null : pruned.deleted());
    answer.put("SpaceReclaimed", pruned.bytes());
    return answer;
  }

  private static String withoutDangling(String filters) {
    if (filters.isEmpty()) {
      return filters;
    }
    var tree = (tools.jackson.databind.node.ObjectNode) EngineJson.MAPPER.readTree(filters);
    tree.remove("dangling");
    return tree.toString();
  }

  private TeamImage image(Actor actor, String name) {
    return Catalog.find(database, actor.team(), name).require().image();
  }

  private void save(HttpServletResponse response, Actor actor, List<String> names)
      throws IOException {
    if (names.isEmpty()) {
      throw new ServiceException(ErrorCode.INVALID, "no image names provided");
    }
    ImageSave.Plan plan = saves.plan(actor, names);
    response.setContentType("application/x-tar");
    plan.write(response.getOutputStream());
  }

  /** What containers use, of which the gateway tells. */
  private static Removals.InUse inUse(HttpServletRequest request) throws IOException {
    byte[] body = request.getInputStream().readAllBytes();
    Map<String, ImageUse> uses =
        body.length == 0 ? Map.of() : EngineJson.MAPPER.readValue(body, USES);
    Map<String, String> containers = new HashMap<>();
    Set<String> running = new HashSet<>();
    uses.forEach(
        (image, use) -> {
          containers.put(image, use.container());
          if (use.running()) {
            running.add(image);
          }
        });
    return new Removals.InUse(containers, running);
  }

  private static String before(String path, String suffix) {
    return path.substring(0, path.length() - suffix.length());
  }

  private static void json(HttpServletResponse response, Object body) throws IOException {
    response.setContentType("application/json");
    response.getOutputStream().write(EngineJson.MAPPER.writeValueAsBytes(body));
  }
}
