package dev.gantry.ops.e2e;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The published definition of one version of the Engine API: Swagger 2.0, of which the schemas are
 * made JSON schemas. They are read strictly: an object has no property that is not defined, {@code
 * null} stands only where {@code x-nullable} allows it, integers keep the range of their format.
 */
final class ApiDefinition {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final List<String> KEPT =
      List.of(
          "required",
          "pattern",
          "minimum",
          "maximum",
          "minItems",
          "maxItems",
          "minLength",
          "maxLength",
          "uniqueItems");
  private static final Map<String, long[]> RANGES =
      Map.of(
          "uint8", new long[] {0, 255},
          "uint16", new long[] {0, 65535},
          "int32", new long[] {Integer.MIN_VALUE, Integer.MAX_VALUE},
          "uint32", new long[] {0, 4294967295L},
          "int64", new long[] {Long.MIN_VALUE, Long.MAX_VALUE});

  private final SchemaRegistry registry =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private final Map<String, Schema> schemas = new HashMap<>();
  private final JsonNode tree;
  private final ObjectNode definitions = JSON.createObjectNode();

  private ApiDefinition(JsonNode tree) {
    this.tree = tree;
    for (var definition : tree.get("definitions").properties()) {
      definitions.set(definition.getKey(), adapt(definition.getValue()));
    }
  }

  /** Where the definitions are, beside the project. */
  static Path folder() {
    return Path.of(
        System.getProperty("gantry.spec", Platform.home().resolve("../shared/spec").toString()));
  }

  static ApiDefinition of(String version) {
    return new ApiDefinition(
        new YAMLMapper().readTree(folder().resolve("engine-api-v" + version + ".yaml").toFile()));
  }

  static boolean isHere() {
    return Files.isDirectory(folder());
  }

  /** All operations, for example {@code GET /containers/json}. */
  Set<String> operations() {
    Set<String> all = new TreeSet<>();
    for (var path : tree.get("paths").properties()) {
      for (String method : path.getValue().propertyNames()) {
        all.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey());
      }
    }
    return all;
  }

  /** Whether the operation may be answered with that status. */
  boolean defines(String operation, int status) {
    return response(operation, status).isPresent();
  }

  /** Whether that answer has a body that is JSON. */
  boolean hasJson(String operation, int status) {
    JsonNode type = response(operation, status).orElseThrow().path("schema");
    return !type.isMissingNode() && !type.path("type").asString("").equals("string");
  }

  /** What is wrong with the body of an answer; of a list or a stream: with one of its objects. */
  List<Error> problems(String operation, int status, JsonNode body) {
    Schema schema =
        schemas.computeIfAbsent(
            operation + " " + status,
            _ -> schema(adapt(response(operation, status).orElseThrow().get("schema"))));
    return validate(schema, body);
  }

  /** The same for a definition that no operation refers to, as those of progress streams. */
  List<Error> problemsOf(String definition, JsonNode body) {
    Schema schema = schemas.computeIfAbsent(definition, name -> schema(ref(name)));
    return validate(schema, body);
  }

  private static List<Error> validate(Schema schema, JsonNode body) {
    return schema.validate(
        body, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
  }

  private Schema schema(ObjectNode root) {
    ObjectNode document = JSON.createObjectNode();
    document.putArray("allOf").add(root);
    document.set("definitions", definitions);
    return registry.getSchema(document);
  }

  private Optional<JsonNode> response(String operation, int status) {
    String[] words = operation.split(" ", 2);
    return tree.get("paths")
        .path(words[1])
        .path(words[0].toLowerCase(java.util.Locale.ROOT))
        .path("responses")
        .optional(Integer.toString(status));
  }

  /** The JSON schema of a Swagger schema, in which what is not defined is refused. */
  private ObjectNode adapt(JsonNode swagger) {
    boolean nullable = swagger.path("x-nullable").asBoolean(false);
    if (swagger.has("$ref")) {
      ObjectNode ref = ref(name(swagger));
      return nullable ? orNull(ref) : ref;
    }
    ObjectNode schema = JSON.createObjectNode();
    KEPT.stream()
        .filter(swagger::has)
        .filter(key -> !key.equals("required") || swagger.get(key).isArray())
        .forEach(key -> schema.set(key, swagger.get(key)));
    type(swagger, schema);
    ObjectNode properties = JSON.createObjectNode();
    swagger.path("allOf").forEach(part -> addProperties(part, properties));
    addProperties(swagger, properties);
    if (swagger.has("items")) {
      schema.set("items", adapt(swagger.get("items")));
    }
    JsonNode more = swagger.path("additionalProperties");
    if (!properties.isEmpty()) {
      schema.put("type", "object");
      schema.set("properties", properties);
      schema.put("additionalProperties", false);
    } else if (swagger.path("allOf").size() == 1) {
      return adapt(swagger.get("allOf").get(0));
    }
    if (more.isObject()) {
      schema.set("additionalProperties", adapt(more));
    }
    if (nullable) {
      allowNull(schema);
    }
    return schema;
  }

  /** What a schema defines, of an {@code allOf} all of its parts: together they are one object. */
  private void addProperties(JsonNode swagger, ObjectNode to) {
    JsonNode target = swagger.has("$ref") ? tree.get("definitions").get(name(swagger)) : swagger;
    target.path("allOf").forEach(part -> addProperties(part, to));
    for (var property : target.path("properties").properties()) {
      to.set(property.getKey(), adapt(property.getValue()));
    }
  }

  private static String name(JsonNode swagger) {
    return swagger.get("$ref").asString().replace("#/definitions/", "");
  }

  private static void type(JsonNode swagger, ObjectNode schema) {
    if (swagger.has("type")) {
      schema.set("type", swagger.get("type"));
    }
    if (swagger.has("enum")) {
      schema.set("enum", swagger.get("enum"));
    }
    String format = swagger.path("format").asString("");
    long[] range = RANGES.get(format);
    if (range != null && !schema.has("minimum")) {
      schema.put("minimum", range[0]);
    }
    if (range != null && !schema.has("maximum")) {
      schema.put("maximum", range[1]);
    }
    if (format.equals("uint64") && !schema.has("minimum")) {
      schema.put("minimum", 0);
    }
    if (format.equals("dateTime") || format.equals("date-time")) {
      schema.put("format", "date-time");
    }
  }

  private static void allowNull(ObjectNode schema) {
    if (schema.has("type")) {
      schema.putArray("type").add(schema.remove("type")).add("null");
    }
    if (schema.has("enum")) {
      schema.set("enum", ((ArrayNode) schema.get("enum").deepCopy()).addNull());
    }
  }

  private static ObjectNode orNull(ObjectNode schema) {
    ObjectNode either = JSON.createObjectNode();
    ArrayNode any = either.putArray("anyOf");
    any.add(schema);
    any.addObject().put("type", "null");
    return either;
  }

  private static ObjectNode ref(String definition) {
    return JSON.createObjectNode().put("$ref", "#/definitions/" + definition);
  }
}
