package dev.gantry.image.change;

import dev.gantry.engine.EngineJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The instructions of a Dockerfile that {@code --change} takes, applied to the configuration of an
 * image (OCI image-spec, config.md, property {@code config}). Variables have the values that the
 * configuration's environment gives them.
 */
public final class ConfigChanges {
  private static final Pattern SIGNAL =
      Pattern.compile(
          "(?:SIG)?(?:HUP|INT|QUIT|ILL|TRAP|ABRT|IOT|BUS|FPE|KILL|USR1|SEGV|USR2|PIPE|ALRM|TERM"
              + "|STKFLT|CHLD|CLD|CONT|STOP|TSTP|TTIN|TTOU|URG|XCPU|XFSZ|VTALRM|PROF|WINCH|IO|POLL"
              + "|PWR|SYS|RTMIN(?:\\+\\d{1,2})?|RTMAX(?:-\\d{1,2})?)|[1-9]|[1-5]\\d|6[0-4]",
          Pattern.CASE_INSENSITIVE);
  private static final Set<String> NO_TRIGGERS = Set.of("FROM", "MAINTAINER");

  private final ObjectNode config;
  private boolean commandSet;

  private ConfigChanges(ObjectNode config) {
    this.config = config;
  }

  /** Changes the configuration; a refusal may leave a part of the changes in it. */
  public static void apply(List<String> changes, ObjectNode config) {
    ConfigChanges applied = new ConfigChanges(config);
    List<Instruction> instructions = Instruction.parse(changes);
    for (Instruction instruction : instructions) {
      applied.apply(instruction);
    }
  }

  private void apply(Instruction instruction) {
    String keyword = instruction.keyword();
    String rest = instruction.rest();
    switch (keyword) {
      case "CMD" -> {
        config.set("Cmd", command(rest));
        commandSet = true;
      }
      case "ENTRYPOINT" -> {
        config.set("Entrypoint", command(rest));
        if (!commandSet) {
          config.putNull("Cmd");
        }
      }
      case "ENV" -> environment(Words.pairs(keyword, rest));
      case "LABEL" -> {
        Expansion expansion = expansion();
        Words.pairs(keyword, rest)
            .forEach(
                (name, value) -> object("Labels").put(expansion.of(name), expansion.of(value)));
      }
      case "WORKDIR" -> config.put("WorkingDir", folder(one(keyword, rest)));
      case "USER" -> config.put("User", one(keyword, rest));
      case "STOPSIGNAL" -> config.put("StopSignal", signal(one(keyword, rest)));
      case "EXPOSE" -> ExposedPorts.add(object("ExposedPorts"), some(keyword, Words.of(rest)));
      case "VOLUME" -> volumes(rest);
      case "HEALTHCHECK" -> config.set("Healthcheck", HealthInstruction.parse(rest));
      case "ONBUILD" -> trigger(rest);
      default ->
          throw Words.invalid(keyword.toLowerCase(Locale.ROOT) + " is not a valid change command");
    }
  }

  private Expansion expansion() {
    List<String> environment = new ArrayList<>();
    if (config.get("Env") instanceof ArrayNode entries) {
      entries.forEach(entry -> environment.add(entry.asString()));
    }
    return new Expansion(environment);
  }

  /** The exec form is JSON; everything else is run by a shell, that of the image. */
  private ArrayNode command(String text) {
    ArrayNode command = EngineJson.MAPPER.createArrayNode();
    var words = Words.execForm(text);
    if (words.isPresent()) {
      words.get().forEach(command::add);
    } else if (!text.isEmpty()) {
      if (config.get("Shell") instanceof ArrayNode shell && !shell.isEmpty()) {
        command.addAll(shell);
      } else {
        command.add("/bin/sh").add("-c");
      }
      command.add(text);
    }
    return command;
  }

  private void environment(Map<String, String> pairs) {
    Expansion expansion = expansion();
    List<String> entries = new ArrayList<>();
    if (config.get("Env") instanceof ArrayNode before) {
      before.forEach(entry -> entries.add(entry.asString()));
    }
    pairs.forEach(
        (given, value) -> {
          String name = expansion.of(given);
          String entry = name + "=" + expansion.of(value);
          int place = 0;
          while (place < entries.size() && !entries.get(place).split("=", 2)[0].equals(name)) {
            place++;
          }
          if (place < entries.size()) {
            entries.set(place, entry);
          } else {
            entries.add(entry);
          }
        });
    ArrayNode after = config.putArray("Env");
    entries.forEach(after::add);
  }

  private ObjectNode object(String field) {
    return config.get(field) instanceof ObjectNode there ? there : config.putObject(field);
  }

  /** The whole rest, blanks in it too. */
  private String one(String keyword, String rest) {
    if (rest.isEmpty() || (keyword.equals("STOPSIGNAL") && Words.of(rest).size() != 1)) {
      throw Words.invalid(keyword + " requires exactly one argument");
    }
    return expansion().of(rest);
  }

  private List<String> some(String keyword, List<String> words) {
    if (words.isEmpty()) {
      throw Words.invalid(keyword + " requires at least one argument");
    }
    Expansion expansion = expansion();
    return words.stream().map(expansion::of).toList();
  }

  private String folder(String path) {
    if (path.startsWith("/")) {
      return path;
    }
    JsonNode now = config.get("WorkingDir");
    String above = now == null ? "" : now.asString("");
    return java.nio.file.Path.of("/", above, path).normalize().toString();
  }

  private static String signal(String text) {
    if (!SIGNAL.matcher(text).matches()) {
      throw Words.invalid("invalid signal: " + text);
    }
    return text;
  }

  private void volumes(String rest) {
    for (String path : some("VOLUME", Words.execForm(rest).orElseGet(() -> Words.of(rest)))) {
      if (path.isBlank()) {
        throw Words.invalid("VOLUME specified can not be an empty string");
      }
      object("Volumes").putObject(path);
    }
  }

  private void trigger(String rest) {
    if (rest.isEmpty()) {
      throw Words.invalid("ONBUILD requires at least one argument");
    }
    String keyword = rest.split("\\s+", 2)[0].toUpperCase(Locale.ROOT);
    if (keyword.equals("ONBUILD")) {
      throw Words.invalid("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
    }
    if (NO_TRIGGERS.contains(keyword)) {
      throw Words.invalid(keyword + " isn't allowed as an ONBUILD trigger");
    }
    if (config.get("OnBuild") instanceof ArrayNode triggers) {
      triggers.add(rest);
    } else {
      config.putArray("OnBuild").add(rest);
    }
  }
}
