package dev.gantry.ops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code ops/bench}: measures this platform and, where {@code --peer} names one, another engine in
 * turn, so that a machine whose speed drifts is fair to both. Prints medians and ratios as a table;
 * {@code --json FILE} keeps them.
 */
public final class Bench {
  private record Row(
      String name,
      boolean compared,
      String unit,
      double gantry,
      @Nullable Double peer,
      @Nullable Double ratio,
      @Nullable Double limit) {}

  private Bench() {}

  public static void main(String[] arguments) throws IOException {
    Options options = Options.parse(arguments);
    List<Engine> engines = new ArrayList<>();
    engines.add(new Engine("gantry", options.host()));
    if (options.peer() != null) {
      engines.add(new Engine("peer", options.peer()));
    }
    engines.forEach(Engine::clean);
    List<Row> rows = new ArrayList<>();
    System.out.printf("%-30s %12s %12s %8s %8s%n", "", "gantry", "peer", "ratio", "limit");
    try (Samples samples = Samples.open()) {
      List<Measurement> all = new ArrayList<>(Measurements.all(options.runs()));
      all.addAll(FileCopies.all(options.runs()));
      all.addAll(Transfers.all(options.runs(), samples));
      for (Measurement measurement : all) {
        if (options.only() != null && !measurement.name().contains(options.only())) {
          continue;
        }
        Row row = measure(measurement, engines);
        rows.add(row);
        print(row);
      }
    }
    if (options.json() != null) {
      JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
      Files.write(options.json(), json.writeValueAsBytes(rows));
    }
  }

  private static Row measure(Measurement measurement, List<Engine> all) {
    List<Engine> engines = measurement.compared() ? all : all.subList(0, 1);
    List<List<Double>> figures = new ArrayList<>();
    engines.forEach(engine -> figures.add(new ArrayList<>()));
    boolean warm = measurement.runs() > 1;
    for (int run = warm ? -1 : 0; run < measurement.runs(); run++) {
      for (int i = 0; i < engines.size(); i++) {
        double figure = measurement.figure().take(engines.get(i));
        if (run >= 0) {
          figures.get(i).add(figure);
        }
      }
    }
    double gantry = median(figures.getFirst());
    Double peer = engines.size() > 1 ? Double.valueOf(median(figures.get(1))) : null;
    Double ratio = peer == null ? null : Double.valueOf(gantry / peer);
    return new Row(
        measurement.name(),
        measurement.compared(),
        measurement.unit(),
        gantry,
        peer,
        ratio,
        measurement.limit());
  }

  private static void print(Row row) {
    System.out.printf(
        "%-30s %9.1f %s %12s %8s %8s%n",
        row.name(),
        row.gantry(),
        row.unit(),
        text(row.peer(), "%.1f " + row.unit()),
        text(row.ratio(), "%.2f"),
        text(row.limit(), row.compared() ? "%.2f" : "%.0f " + row.unit()));
  }

  private static String text(@Nullable Double number, String format) {
    return number == null ? "-" : format.formatted(number);
  }

  private static double median(List<Double> figures) {
    return figures.stream().sorted().toList().get(figures.size() / 2);
  }

  private record Options(
      String host, @Nullable String peer, int runs, @Nullable Path json, @Nullable String only) {
    static Options parse(String[] arguments) {
      String host = "unix:///run/gantry/docker.sock";
      String peer = null;
      int runs = 15;
      Path json = null;
      String only = null;
      for (int i = 0; i + 1 < arguments.length; i += 2) {
        String value = arguments[i + 1];
        switch (arguments[i]) {
          case "--host" -> host = value;
          case "--peer" -> peer = value;
          case "--runs" -> runs = Integer.parseInt(value);
          case "--json" -> json = Path.of(value);
          case "--only" -> only = value;
          default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
        }
      }
      return new Options(host, peer, runs, json, only);
    }
  }
}
