package dev.gantry.image.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.image.repository.DistributionError;
import dev.gantry.image.repository.DistributionException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parameters of a query or of a form, in order. */
record Parameters(List<Pair> pairs) {
  record Pair(String name, String value) {}

  /** Of a query: a plus is a plus, as media types have it. */
  static Parameters ofQuery(@Nullable String query) {
    return ofForm(query == null ? "" : query.replace("+", "%2B"));
  }

  /** Of a form: a plus is a space. */
  static Parameters ofForm(String text) {
    List<Pair> pairs = new ArrayList<>();
    for (String pair : text.split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        pairs.add(new Pair(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1))));
      }
    }
    return new Parameters(List.copyOf(pairs));
  }

  List<String> all(String name) {
    return pairs.stream().filter(pair -> pair.name().equals(name)).map(Pair::value).toList();
  }

  /** The first value, empty where it is absent. */
  String first(String name) {
    return all(name).stream().findFirst().orElse("");
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException _) {
      throw new DistributionException(
          DistributionError.UNSUPPORTED, 400, "a parameter has an invalid escape");
    }
  }
}
