package dev.gantry.image.change;

import dev.gantry.engine.EngineJson;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** The ways in which what follows a keyword is split; quotes stay for {@link Expansion}. */
final class Words {
  private Words() {}

  /** Words between blanks that stand in no quotes and behind no backslash. */
  static List<String> of(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
        word.append(c).append(text.charAt(++i));
        continue;
      }
      if (quote == 0 && Character.isWhitespace(c)) {
        add(words, word);
        continue;
      }
      if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
      word.append(c);
    }
    add(words, word);
    return words;
  }

  private static void add(List<String> words, StringBuilder word) {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }

  /** {@code A=b C="d e"}, or the old form {@code A b c}; in order. */
  static Map<String, String> pairs(String keyword, String text) {
    List<String> words = of(text);
    if (words.isEmpty()) {
      throw invalid(keyword + " requires at least one argument");
    }
    Map<String, String> pairs = new LinkedHashMap<>();
    if (!words.getFirst().contains("=")) {
      String[] parts = text.split("\\s+", 2);
      if (parts.length < 2) {
        throw invalid(keyword + " must have two arguments");
      }
      return Map.of(parts[0], parts[1]);
    }
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        throw invalid(
            "Syntax error - can't find = in \"" + word + "\". Must be of the form: name=value");
      }
      if (equals == 0) {
        throw invalid(keyword + " names can not be blank");
      }
      pairs.put(word.substring(0, equals), word.substring(equals + 1));
    }
    return pairs;
  }

  /** The exec form, which is a JSON array of texts; empty where it is not that. */
  static Optional<List<String>> execForm(String text) {
    if (!text.startsWith("[")) {
      return Optional.empty();
    }
    JsonNode tree;
    try {
      tree = EngineJson.MAPPER.readTree(text);
    } catch (JacksonException _) {
      return Optional.empty();
    }
    List<String> words = new ArrayList<>();
    for (JsonNode word : (ArrayNode) tree) {
      if (!word.isString()) {
        throw invalid("when using JSON array syntax, arrays must be comprised of strings only");
      }
      words.add(word.stringValue());
    }
    return Optional.of(words);
  }

  static ServiceException invalid(String message) {
    return new ServiceException(ErrorCode.INVALID, message);
  }
}
