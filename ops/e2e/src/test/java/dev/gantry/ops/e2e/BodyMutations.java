package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Malformed JSON made of a well-formed body: its values are replaced, its names misspelt, doubled
 * and taken away, and at last its bytes are broken.
 */
final class BodyMutations {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Written as they are: some are no JSON, or numbers that no type holds. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "7",
          "1.5",
          "1e400",
          "1E999999999",
          "-9223372036854775808",
          "9223372036854775807",
          "9223372036854775808",
          "2147483648",
          "9".repeat(2000),
          "NaN",
          "\"\"",
          "\"x\"",
          "\"0\"",
          "\"../../..\"",
          "\"/\"",
          "\"/proc/self/fd/7\"",
          "\"a:b:c:d\"",
          "\"container:\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"line\\nbreak\"",
          "\"\u202e\u00e9\"",
          "\"" + "long".repeat(10_000) + "\"",
          "[]",
          "[null]",
          "[[]]",
          "[\"\"]",
          "[1,\"a\",{}]",
          "{}",
          "{\"\":\"\"}",
          "{\"a\":null}",
          "{\"a\":{\"b\":[{}]}}",
          "[".repeat(300) + "]".repeat(300),
          "{\"a\":".repeat(5000) + "1" + "}".repeat(5000));

  private final RandomGenerator random;
  private final JsonNode valid;

  BodyMutations(RandomGenerator random, String valid) {
    this.random = random;
    this.valid = JSON.readTree(valid);
  }

  /** The next body, in bytes that need not be UTF-8. */
  byte[] next() {
    JsonNode tree = valid.deepCopy();
    List<String> replaced = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      change(tree, replaced);
    }
    String text = tree.toString();
    for (int i = 0; i < replaced.size(); i++) {
      text = text.replace("\"@" + i + "@\"", replaced.get(i));
    }
    byte[] bytes = text.getBytes(UTF_8);
    return random.nextInt(8) == 0 ? broken(bytes) : bytes;
  }

  private void change(JsonNode tree, List<String> replaced) {
    JsonNode holder = holder(tree);
    if (holder instanceof ObjectNode object && !object.isEmpty()) {
      List<String> names = List.copyOf(object.propertyNames());
      String name = names.get(random.nextInt(names.size()));
      switch (random.nextInt(10)) {
        case 0 -> object.remove(name);
        case 1 -> object.set(name.toLowerCase(Locale.ROOT), object.remove(name));
        case 2 -> object.set(name.toUpperCase(Locale.ROOT), object.get(name).deepCopy());
        case 3 -> object.put("Unknown" + random.nextInt(), name);
        case 4 -> {
          // The same name twice.
          replaced.add("1,\"" + name + "\":" + value());
          object.put(name, "@" + (replaced.size() - 1) + "@");
        }
        default -> {
          replaced.add(value());
          object.put(name, "@" + (replaced.size() - 1) + "@");
        }
      }
    } else if (holder instanceof ArrayNode array) {
      replaced.add(value());
      array.add("@" + (replaced.size() - 1) + "@");
      if (array.size() > 1 && random.nextBoolean()) {
        array.remove(0);
      }
    }
  }

  /** Any object or list in the tree, deeper ones too. */
  private JsonNode holder(JsonNode tree) {
    List<JsonNode> all = new ArrayList<>();
    collect(tree, all);
    return all.get(random.nextInt(all.size()));
  }

  private static void collect(JsonNode tree, List<JsonNode> into) {
    if (tree.isContainer()) {
      into.add(tree);
      tree.forEach(child -> collect(child, into));
    }
  }

  private String value() {
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  private byte[] broken(byte[] bytes) {
    int at = random.nextInt(bytes.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, at);
    switch (random.nextInt(4)) {
      case 0 -> {
        // Cut short.
      }
      case 1 -> {
        byte[] noise = new byte[1 + random.nextInt(8)];
        random.nextBytes(noise);
        out.writeBytes(noise);
        out.write(bytes, at, bytes.length - at);
      }
      case 2 -> {
        out.writeBytes(new byte[] {(byte) 0xc3, (byte) 0x28, (byte) 0xff});
        out.write(bytes, at, bytes.length - at);
      }
      default -> {
        out.write(bytes, at, bytes.length - at);
        out.writeBytes("{}".getBytes(UTF_8));
      }
    }
    return out.toByteArray();
  }
}
