package dev.gantry.image.change;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes the quotes off a word and puts in the values of variables, as a Dockerfile has them: {@code
 * $A}, <code>${A}</code>, <code>${A:-else}</code>, <code>${A:+then}</code>, <code>${A:?why}</code>,
 * each also without the colon, which makes an empty value a value. Nothing is run.
 */
final class Expansion {
  private static final int MAX_DEPTH = 20;
  private static final int MAX_LENGTH = 1 << 20;

  private final Map<String, String> variables = new HashMap<>();

  /**
   * @param environment of {@code NAME=value}; the first of a name counts
   */
  Expansion(List<String> environment) {
    for (String entry : environment) {
      int equals = entry.indexOf('=');
      variables.putIfAbsent(
          equals < 0 ? entry : entry.substring(0, equals),
          equals < 0 ? "" : entry.substring(equals + 1));
    }
  }

  String of(String word) {
    return new Reading(word, 0).all();
  }

  /** One word, read from left to right. */
  private final class Reading {
    private final String text;
    private final int depth;
    private final StringBuilder out = new StringBuilder();
    private int at;

    Reading(String text, int depth) {
      if (depth > MAX_DEPTH) {
        throw Words.invalid("variables are nested too deep: " + text);
      }
      this.text = text;
      this.depth = depth;
    }

    String all() {
      while (at < text.length()) {
        char c = text.charAt(at++);
        switch (c) {
          case '\'' -> literal();
          case '"' -> quoted();
          case '\\' -> out.append(at < text.length() ? String.valueOf(text.charAt(at++)) : "\\");
          case '$' -> out.append(variable());
          default -> out.append(c);
        }
        if (out.length() > MAX_LENGTH) {
          throw Words.invalid("a value of more than " + MAX_LENGTH + " characters");
        }
      }
      return out.toString();
    }

    private void literal() {
      int end = text.indexOf('\'', at);
      if (end < 0) {
        throw Words.invalid("unexpected end of statement while looking for matching single-quote");
      }
      out.append(text, at, end);
      at = end + 1;
    }

    private void quoted() {
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c == '"') {
          return;
        }
        if (c == '\\' && at < text.length() && "\"$\\".indexOf(text.charAt(at)) >= 0) {
          out.append(text.charAt(at++));
        } else {
          out.append(c == '$' ? variable() : String.valueOf(c));
        }
      }
      throw Words.invalid("unexpected end of statement while looking for matching double-quote");
    }

    private String variable() {
      if (at < text.length() && text.charAt(at) == '{') {
        at++;
        return braced();
      }
      String name = name();
      return name.isEmpty() ? "$" : variables.getOrDefault(name, "");
    }

    private String name() {
      int start = at;
      while (at < text.length() && isNamePart(text.charAt(at), at == start)) {
        at++;
      }
      return text.substring(start, at);
    }

    private static boolean isNamePart(char c, boolean first) {
      return c == '_'
          || (c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || (!first && c >= '0' && c <= '9');
    }

    private String braced() {
      String name = name();
      if (at >= text.length()) {
        throw Words.invalid("syntax error: missing '}' in " + text);
      }
      if (name.isEmpty()) {
        throw Words.invalid("bad substitution in " + text);
      }
      char next = text.charAt(at++);
      String value = variables.getOrDefault(name, "");
      if (next == '}') {
        return value;
      }
      boolean colon = next == ':';
      char modifier = colon && at < text.length() ? text.charAt(at++) : next;
      String word = new Reading(untilBrace(), depth + 1).all();
      boolean set = colon ? !value.isEmpty() : variables.containsKey(name);
      return switch (modifier) {
        case '-' -> set ? value : word;
        case '+' -> set ? word : "";
        case '?' -> {
          if (!set) {
            throw Words.invalid(name + ": " + (word.isEmpty() ? "not set" : word));
          }
          yield value;
        }
        default -> throw Words.invalid("unsupported modifier (" + modifier + ") in substitution");
      };
    }

    private String untilBrace() {
      int open = 1;
      int start = at;
      for (; at < text.length(); at++) {
        char c = text.charAt(at);
        if (c == '\\') {
          at++;
        } else if (c == '{') {
          open++;
        } else if (c == '}' && --open == 0) {
          return text.substring(start, at++);
        }
      }
      throw Words.invalid("syntax error: missing '}' in " + text);
    }
  }
}
