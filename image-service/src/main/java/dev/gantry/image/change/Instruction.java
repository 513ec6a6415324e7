package dev.gantry.image.change;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One instruction of a Dockerfile.
 *
 * @param keyword in capitals
 * @param rest what stands behind it, without blanks around it
 */
record Instruction(String keyword, String rest) {

  /** Those of all texts, which are read as lines of one file. */
  static List<Instruction> parse(List<String> texts) {
    List<Instruction> found = new ArrayList<>();
    StringBuilder open = new StringBuilder();
    for (String line : String.join("\n", texts).split("\r?\n")) {
      String text = open.isEmpty() ? line.stripLeading() : line;
      if (text.isBlank() || text.stripLeading().startsWith("#")) {
        continue;
      }
      String whole = text.stripTrailing();
      if (whole.endsWith("\\") && !whole.endsWith("\\\\")) {
        open.append(whole, 0, whole.length() - 1);
        continue;
      }
      found.add(of(open.append(text).toString()));
      open.setLength(0);
    }
    if (!open.isEmpty()) {
      found.add(of(open.toString()));
    }
    return found;
  }

  private static Instruction of(String line) {
    String[] parts = line.strip().split("\\s+", 2);
    return new Instruction(
        parts[0].toUpperCase(Locale.ROOT), parts.length > 1 ? parts[1].strip() : "");
  }
}
