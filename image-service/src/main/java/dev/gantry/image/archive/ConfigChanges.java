package dev.gantry.image.archive;

import dev.gantry.engine.EngineJson;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The instructions of a Dockerfile that {@code --change} takes, applied to the configuration of an
 * image.
 */
final class ConfigChanges {
  private ConfigChanges() {}

  static ObjectNode apply(List<String> changes) {
    ObjectNode config = EngineJson.MAPPER.createObjectNode();
    for (String change : changes) {
      String text = change.strip();
      int space = text.indexOf(' ');
      if (space < 0) {
        throw invalid(change);
      }
      applyOne(
          config,
          text.substring(0, space).toUpperCase(Locale.ROOT),
          text.substring(space + 1).strip(),
          change);
    }
    return config;
  }

  private static void applyOne(ObjectNode config, String instruction, String value, String change) {
    switch (instruction) {
      case "CMD" -> config.set("Cmd", command(value));
      case "ENTRYPOINT" -> config.set("Entrypoint", command(value));
      case "ENV" -> pairs(value).forEach(pair -> config.withArray("/Env").add(pair));
      case "LABEL" ->
          pairs(value)
              .forEach(
                  pair -> {
                    String[] parts = pair.split("=", 2);
                    config.withObject("/Labels").put(parts[0], parts.length > 1 ? parts[1] : "");
                  });
      case "WORKDIR" -> config.put("WorkingDir", value);
      case "USER" -> config.put("User", value);
      case "STOPSIGNAL" -> config.put("StopSignal", value);
      case "EXPOSE" -> {
        ObjectNode ports = config.withObject("/ExposedPorts");
        for (String port : value.split("\\s+")) {
          ports.putObject(port.contains("/") ? port : port + "/tcp");
        }
      }
      case "VOLUME" -> {
        ObjectNode volumes = config.withObject("/Volumes");
        if (value.startsWith("[")) {
          command(value).forEach(path -> volumes.putObject(path.asString()));
        } else {
          for (String path : value.split("\\s+")) {
            volumes.putObject(path);
          }
        }
      }
      default -> throw invalid(change);
    }
  }

  private static ServiceException invalid(String change) {
    return new ServiceException(ErrorCode.INVALID, "invalid change: " + change);
  }

  /** The exec form is JSON; everything else is run by a shell. */
  private static ArrayNode command(String value) {
    if (value.startsWith("[")) {
      try {
        JsonNode list = EngineJson.MAPPER.readTree(value);
        if (list instanceof ArrayNode array) {
          return array;
        }
      } catch (JacksonException _) {
        // Not the exec form after all.
      }
    }
    return EngineJson.MAPPER.createArrayNode().add("/bin/sh").add("-c").add(value);
  }

  /** {@code A=b C="d e"}, or the old form {@code A b c}. */
  private static List<String> pairs(String value) {
    List<String> pairs = new ArrayList<>();
    if (!value.contains("=")
        || value.indexOf(' ') >= 0 && value.indexOf(' ') < value.indexOf('=')) {
      String[] parts = value.split("\\s+", 2);
      pairs.add(parts[0] + "=" + (parts.length > 1 ? parts[1] : ""));
      return pairs;
    }
    StringBuilder word = new StringBuilder();
    char quote = 0;
    for (char c : (value + " ").toCharArray()) {
      if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      } else if (quote == 0 && Character.isWhitespace(c)) {
        if (!word.isEmpty()) {
          pairs.add(word.toString());
          word.setLength(0);
        }
      } else {
        word.append(c);
      }
    }
    return pairs;
  }
}
