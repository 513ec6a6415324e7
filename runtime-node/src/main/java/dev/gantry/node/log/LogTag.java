package dev.gantry.node.log;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The template of a container's tag: text with fields in it, {@code {{.Name}}}. */
public record LogTag(String template) {
  private static final Pattern ACTION = Pattern.compile("\\{\\{(.*?)}}");
  private static final Pattern FIELD = Pattern.compile("\\s*\\.([A-Za-z]+)\\s*");
  private static final Set<String> FIELDS =
      Set.of("ID", "FullID", "Name", "ImageID", "ImageFullID", "ImageName", "DaemonName");

  /**
   * @throws IllegalArgumentException for what is not a plain field
   */
  public LogTag {
    Matcher actions = ACTION.matcher(template);
    while (actions.find()) {
      Matcher field = FIELD.matcher(actions.group(1));
      if (!field.matches() || !FIELDS.contains(field.group(1))) {
        throw new IllegalArgumentException(
            "the log tag's {{"
                + actions.group(1)
                + "}} is none of "
                + FIELDS.stream().sorted().toList());
      }
    }
  }

  /** The text with the fields' values, which are not looked into again. */
  public String with(Map<String, String> values) {
    return ACTION
        .matcher(template)
        .replaceAll(
            action ->
                Matcher.quoteReplacement(
                    values.getOrDefault(action.group(1).strip().substring(1), "")));
  }
}
