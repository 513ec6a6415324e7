package dev.gantry.gateway.placement;

import static dev.gantry.gateway.call.Failures.invalid;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Optional;

/**
 * What a container asks of its node, in the form of classic Swarm.
 *
 * <p>Examples: {@code node==node-1}, {@code node!=node-2}, {@code storage==ssd}, {@code
 * region==us-*}, {@code node==/node-[12]/}, {@code storage==~ssd} (a wish only).
 *
 * @param key {@code node}, which is its name or id, or a label
 */
public record Constraint(String key, boolean equal, boolean wish, Pattern value, String text) {
  private static final Pattern FORM =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_.-]*)\\s*(==|!=)\\s*(~?)\\s*(.+)");
  private static final Pattern ENVIRONMENT =
      Pattern.compile("(constraint|affinity):(.*)", Pattern.DOTALL);

  /** Reads an entry of a container's environment; empty where it is an ordinary variable. */
  public static Optional<Constraint> ofEnvironment(String entry) {
    Matcher form = ENVIRONMENT.matcher(entry);
    if (!form.matches()) {
      return Optional.empty();
    }
    if (form.group(1).equals("affinity")) {
      throw invalid(
          "affinity is not served: \""
              + entry
              + "\"; use constraint:node==NAME or a label of nodes");
    }
    return Optional.of(parse(form.group(2)));
  }

  /** Reads an expression. */
  public static Constraint parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw invalid("invalid constraint \"" + text + "\": want key==value or key!=value");
    }
    return new Constraint(
        form.group(1),
        form.group(2).equals("=="),
        !form.group(3).isEmpty(),
        pattern(form.group(4)),
        text.strip());
  }

  private static Pattern pattern(String value) {
    if (value.length() > 2 && value.startsWith("/") && value.endsWith("/")) {
      try {
        return Pattern.compile(value.substring(1, value.length() - 1));
      } catch (PatternSyntaxException e) {
        throw invalid("invalid constraint \"" + value + "\": " + e.getDescription());
      }
    }
    StringBuilder glob = new StringBuilder("^");
    for (char c : value.toCharArray()) {
      glob.append(
          switch (c) {
            case '*' -> ".*";
            case '?' -> ".";
            default -> Pattern.quote(String.valueOf(c));
          });
    }
    return Pattern.compile(glob.append('$').toString());
  }

  boolean holds(Candidate node) {
    boolean found;
    if (key.equals("node")) {
      found = value.matcher(node.name()).find() || value.matcher(node.id().value()).find();
    } else {
      String label = node.labels().get(key);
      found = label != null && value.matcher(label).find();
    }
    return found == equal;
  }
}
