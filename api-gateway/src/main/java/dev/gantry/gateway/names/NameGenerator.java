package dev.gantry.gateway.names;

import java.util.List;
import java.util.random.RandomGenerator;

/** Names for containers that were given none: an adjective and somebody worth remembering. */
public final class NameGenerator {
  private static final List<String> ADJECTIVES =
      List.of(
          "able", "agile", "airy", "amber", "ample", "apt", "azure", "balmy", "bold", "brave",
          "breezy", "bright", "brisk", "bubbly", "calm", "candid", "careful", "cheery", "chief",
          "civil", "clear", "clever", "cosy", "crisp", "curious", "daring", "dapper", "deft",
          "dewy", "eager", "early", "earnest", "easy", "elated", "even", "exact", "fabled", "fair",
          "famed", "fancy", "fleet", "fluent", "fond", "frank", "free", "fresh", "frosty", "gentle",
          "genuine", "glad", "gleaming", "golden", "grand", "hardy", "hearty", "honest", "humble",
          "ideal", "jaunty", "jolly", "just", "keen", "kind", "lively", "loyal", "lucid", "lucky",
          "mellow", "merry", "mighty", "mild", "neat", "nimble", "noble", "novel", "patient",
          "placid", "plucky", "polite", "proud", "quick", "quiet", "radiant", "rapid", "ready",
          "robust", "rosy", "serene", "sharp", "shiny", "silent", "sincere", "smooth", "snappy",
          "solid", "spry", "stable", "steady", "sterling", "stout", "subtle", "sunny", "sure",
          "swift", "tactful", "tidy", "tranquil", "trusty", "upbeat", "valiant", "vivid", "warm",
          "wise", "witty", "zesty");
  private static final List<String> SURNAMES =
      List.of(
          "abel", "aiken", "anning", "arendt", "backus", "bassi", "bernoulli", "bessel", "bohm",
          "bonnet", "boole", "borel", "bragg", "burnell", "cantor", "cauchy", "chandler", "codd",
          "conway", "corbato", "crick", "dahl", "davy", "dedekind", "dirac", "doppler", "eckert",
          "eddington", "engelbart", "erdos", "euclid", "faraday", "fermat", "fisher", "floyd",
          "fourier", "frege", "galois", "gauss", "germain", "gibbs", "goedel", "goldberg", "gosset",
          "green", "haber", "hadamard", "halley", "hamming", "hardy", "heaviside", "hilbert",
          "hoare", "hodgkin", "holberton", "hooke", "huffman", "huygens", "iverson", "jacobi",
          "joule", "kahan", "kay", "kelvin", "kleene", "knuth", "kolmogorov", "lagrange", "lampson",
          "landau", "laplace", "lehmer", "leibniz", "lighthill", "liskov", "lonsdale", "markov",
          "maxwell", "mccarthy", "meyer", "milner", "minsky", "moebius", "naur", "needham",
          "newell", "nightingale", "noether", "nygaard", "ohm", "oresme", "papert", "pascal",
          "peano", "perlis", "planck", "poincare", "postel", "rabin", "ramsey", "rayleigh",
          "riemann", "rothaus", "russell", "scott", "shamir", "sierpinski", "simon", "somerville",
          "spaerck", "stokes", "strachey", "sylvester", "tarjan", "tarski", "torvald", "turing",
          "ulam", "venn", "viterbi", "weyl", "wheeler", "wiener", "wilkes", "wirth", "yao", "zuse");

  private final RandomGenerator random;

  public NameGenerator(RandomGenerator random) {
    this.random = random;
  }

  /**
   * A name.
   *
   * @param attempt how many were taken before; from the third on a number makes it rarer
   */
  public String next(int attempt) {
    String name = pick(ADJECTIVES) + "_" + pick(SURNAMES);
    return attempt < 3 ? name : name + random.nextInt(10, 10_000);
  }

  private String pick(List<String> words) {
    return words.get(random.nextInt(words.size()));
  }
}
