package dev.gantry.image.distribution;

import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.Reference;
import dev.gantry.image.manifest.MediaTypes;
import dev.gantry.image.repository.DistributionError;
import dev.gantry.image.repository.DistributionException;
import dev.gantry.image.repository.Referrers;
import dev.gantry.image.repository.Repositories;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.repository.Space;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What can be listed: tags, referrers, repositories; in pages, each telling where the next is. */
final class ListRoutes {
  private static final int PAGE = 1_000;
  private static final int REFERRERS_PAGE = 100;
  private static final int REFERRERS_BYTES = 3 << 20;

  private final DSLContext database;

  ListRoutes(DSLContext database) {
    this.database = database;
  }

  void tags(Exchange call, RegistryPath.Tags path) throws IOException {
    Space space = call.space(path.name());
    if (!Repositories.isKnown(database, space)) {
      throw new DistributionException(
          DistributionError.NAME_UNKNOWN, "there is no repository " + path.name());
    }
    int limit = limit(call);
    List<String> tags = Repositories.tags(database, space, call.parameter("last"), limit + 1);
    List<String> page = page(call, "/v2/" + path.name() + "/tags/list", tags, limit);
    json(call, new TagList(path.name().value(), page));
  }

  private record TagList(String name, List<String> tags) {}

  void catalog(Exchange call) throws IOException {
    int limit = limit(call);
    String last =
        RepositoryName.parse(call.parameter("last")).map(RepositoryName::repository).orElse("");
    // Domains with a port or upper case are no part of a name here.
    List<String> names =
        Repositories.names(database, call.actor().team(), last, limit + 1).stream()
            .map(ListRoutes::familiar)
            .toList();
    List<String> page = page(call, "/v2/_catalog", names, limit);
    json(
        call,
        Map.of(
            "repositories",
            page.stream().filter(name -> RepositoryName.parse(name).isPresent()).toList()));
  }

  private static String familiar(String repository) {
    return Reference.parse(repository).map(Reference::familiarRepository).orElse(repository);
  }

  /** More than a page is no more than a page. */
  private static int limit(Exchange call) {
    return Math.min(PAGE, call.number("n").orElse(PAGE));
  }

  private static List<String> page(Exchange call, String path, List<String> items, int limit) {
    if (items.size() <= limit || limit == 0) {
      return limit == 0 ? List.of() : items;
    }
    List<String> page = items.subList(0, limit);
    call.next(path + "?n=" + limit + "&last=" + Exchange.encode(page.getLast()));
    return page;
  }

  void referrers(Exchange call, RegistryPath.Referrers path) throws IOException {
    Digest subject = Exchange.digest(path.digest());
    String type = call.parameter("artifactType");
    List<Referrers.Referrer> found =
        Referrers.of(
            database,
            call.space(path.name()),
            subject,
            type,
            call.parameter("last"),
            REFERRERS_PAGE + 1);
    ObjectNode index = EngineJson.MAPPER.createObjectNode();
    index.put("schemaVersion", 2).put("mediaType", MediaTypes.OCI_INDEX);
    ArrayNode manifests = index.putArray("manifests");
    int bytes = 0;
    for (Referrers.Referrer one : found) {
      bytes += one.annotations().map(String::length).orElse(0);
      if (manifests.size() == REFERRERS_PAGE || !manifests.isEmpty() && bytes > REFERRERS_BYTES) {
        call.next(
            "/v2/%s/referrers/%s?%slast=%s"
                .formatted(
                    path.name(),
                    subject,
                    type.isEmpty() ? "" : "artifactType=" + Exchange.encode(type) + "&",
                    manifests.get(manifests.size() - 1).get("digest").stringValue()));
        break;
      }
      manifests.add(descriptor(one));
    }
    if (!type.isEmpty()) {
      call.header("OCI-Filters-Applied", "artifactType");
    }
    call.send(200, MediaTypes.OCI_INDEX, EngineJson.MAPPER.writeValueAsBytes(index));
  }

  private static ObjectNode descriptor(Referrers.Referrer referrer) {
    ObjectNode node = EngineJson.MAPPER.createObjectNode();
    node.put("mediaType", referrer.mediaType())
        .put("digest", referrer.digest().value())
        .put("size", referrer.size());
    referrer.artifactType().ifPresent(type -> node.put("artifactType", type));
    referrer
        .annotations()
        .ifPresent(notes -> node.set("annotations", EngineJson.MAPPER.readTree(notes)));
    return node;
  }

  private static void json(Exchange call, Object body) throws IOException {
    call.send(200, "application/json", EngineJson.MAPPER.writeValueAsBytes(body));
  }
}
