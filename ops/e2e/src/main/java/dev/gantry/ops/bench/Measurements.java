package dev.gantry.ops.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What is measured. */
final class Measurements {
  private static final int LINES = 1_000_000;
  private static final int IDLE = 20;
  private static final int ALIVE = 50;
  private static final long GIVE_UP_NANOS = 60_000_000_000L;
  private static final int CREATED = 50;

  private Measurements() {}

  static List<Measurement> all(int runs) {
    return List.of(
        Measurement.millis("run --rm", 0.35, runs, engine -> run(engine, "--rm")),
        Measurement.millis(
            "run --rm --network none",
            0.4,
            runs,
            engine -> run(engine, "--rm", "--network", "none")),
        Measurement.millis(
            "run --rm --network host",
            null,
            runs,
            engine -> run(engine, "--rm", "--network", "host")),
        Measurement.millis(
            "run -d", null, runs, engine -> cleaned(engine, () -> run(engine, "-d"))),
        Measurement.millis(
            "exec", 0.6, runs, engine -> onSleeper(engine, id -> engine.time("exec", id, "true"))),
        Measurement.millis(
            "start + stop -t 0",
            null,
            runs,
            engine ->
                onSleeper(
                    engine,
                    id -> {
                      engine.docker("stop", "-t", "0", id);
                      return engine.time("start", id) + engine.time("stop", "-t", "0", id);
                    })),
        Measurement.millis("ps, no container", null, runs, engine -> engine.time("ps") / 1e6),
        Measurement.once("ps, 100 containers", null, "ms", Measurements::psOfHundred),
        Measurement.millis(
            "20 run --rm in parallel", 0.35, Math.max(1, runs / 3), engine -> parallel(engine, 20)),
        Measurement.millis("create to remove, API", 0.25, runs, Lifecycles::one),
        Measurement.millis(
            "a life, 20 API clients", 0.25, Math.max(1, runs / 3), Lifecycles::ofTwentyClients),
        Measurement.once("start, ps, stop: 300 of 1,000", null, "times", Lifecycles::growth),
        Measurement.millis(
            "1M lines written",
            0.6,
            Math.max(1, runs / 5),
            engine -> cleaned(engine, () -> lines(engine) / 1e6)),
        Measurement.millis(
            "1M lines read back", 0.4, Math.max(1, runs / 5), Measurements::readBack),
        Measurement.millis(
            "commit, 5,000 small files",
            1.0,
            Math.max(1, runs / 3),
            engine ->
                commit(
                    engine,
                    "mkdir /f; cd /f; i=0; while [ $i -lt 5000 ]; do echo $i >$i; i=$((i+1));"
                        + " done")),
        Measurement.millis(
            "commit, 200 MB",
            1.0,
            Math.max(1, runs / 3),
            engine -> commit(engine, "dd if=/dev/urandom of=/big bs=1M count=200 2>/dev/null")),
        Measurement.once("memory per idle container", 1 / 3.0, "KiB", Measurements::idleMemory),
        Measurement.once("disk per created container", null, "KiB", Measurements::createdDisk),
        followers("1,000 idle stats, CPU a second", 1000, "GET /containers/ID/stats"),
        followers("3,000 idle events, CPU a second", 3000, "GET /events"),
        followers(
            "3,000 idle logs -f, CPU a second", 3000, "GET /containers/ID/logs?follow=1&stdout=1"),
        followers(
            "3,000 idle attach, CPU a second",
            3000,
            "POST /containers/ID/attach?stream=1&stdout=1"),
        Measurement.alone(
            "back after kill -9, 50 alive",
            5000,
            Math.max(1, runs / 5),
            Measurements::backAfterKill));
  }

  private static Measurement followers(String name, int count, String request) {
    return new Measurement(
        name, false, null, "ms", 1, engine -> Followers.processorMillis(engine, count, request));
  }

  private static double run(Engine engine, String... options) {
    List<String> command = new ArrayList<>(List.of("run", "--label", Engine.LABEL));
    command.addAll(List.of(options));
    command.addAll(List.of("busybox", "true"));
    return engine.time(command.toArray(String[]::new)) / 1e6;
  }

  private interface OnContainer {
    long nanos(String id);
  }

  private static double onSleeper(Engine engine, OnContainer action) {
    String id = engine.sleeper();
    try {
      return action.nanos(id) / 1e6;
    } finally {
      engine.docker("rm", "-f", id);
    }
  }

  private interface Figure {
    double take();
  }

  private static double cleaned(Engine engine, Figure figure) {
    try {
      return figure.take();
    } finally {
      engine.clean();
    }
  }

  private static double psOfHundred(Engine engine) {
    return cleaned(
        engine,
        () -> {
          for (int i = 0; i < 100; i++) {
            engine.docker("create", "--label", Engine.LABEL, "busybox", "true");
          }
          return Stream.generate(() -> engine.time("ps", "-a") / 1e6)
              .limit(9)
              .sorted()
              .toList()
              .get(4);
        });
  }

  private static double parallel(Engine engine, int count) {
    long began = System.nanoTime();
    List<Process> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(
          engine.start(
              ProcessBuilder.Redirect.DISCARD,
              "run",
              "--rm",
              "--label",
              Engine.LABEL,
              "busybox",
              "true"));
    }
    all.forEach(process -> engine.require(process, "run --rm"));
    return (System.nanoTime() - began) / 1e6;
  }

  private static long lines(Engine engine) {
    String script = "yes " + "x".repeat(99) + " | head -n " + LINES;
    String id = engine.docker("create", "--label", Engine.LABEL, "busybox", "sh", "-c", script);
    long began = System.nanoTime();
    engine.docker("start", id);
    engine.docker("wait", id);
    return System.nanoTime() - began;
  }

  private static double readBack(Engine engine) {
    return cleaned(
        engine,
        () -> {
          lines(engine);
          String id = engine.docker("ps", "-aq", "--filter", "label=" + Engine.LABEL);
          return engine.time("logs", id) / 1e6;
        });
  }

  /** A commit of what a script has written, and no more. */
  private static double commit(Engine engine, String script) {
    return cleaned(
        engine,
        () -> {
          String id =
              engine.docker("run", "-d", "--label", Engine.LABEL, "busybox", "sh", "-c", script);
          engine.docker("wait", id);
          long took = engine.time("commit", id, "gantry-bench:commit");
          engine.docker("rmi", "gantry-bench:commit");
          return took / 1e6;
        });
  }

  /**
   * Proportional memory of the processes that stand beside each container (conmon, a shim), per
   * container.
   */
  private static double idleMemory(Engine engine) {
    return cleaned(
        engine,
        () -> {
          List<String> ids = new ArrayList<>();
          for (int i = 0; i < IDLE; i++) {
            ids.add(engine.sleeper());
          }
          return Memory.pssKib(besides(ids)) / IDLE;
        });
  }

  private static Predicate<String> besides(List<String> ids) {
    return commandLine ->
        (commandLine.contains("conmon") || commandLine.contains("shim"))
            && ids.stream().anyMatch(commandLine::contains);
  }

  /**
   * From the kill of the node's agent until all of its containers are listed as running and one of
   * them runs a command.
   */
  private static double backAfterKill(Engine engine) {
    return cleaned(
        engine,
        () -> {
          String last = "";
          for (int i = 0; i < ALIVE; i++) {
            last = engine.sleeper();
          }
          long began = System.nanoTime();
          engine.killNode();
          while (!engine.succeeds("exec", last, "true") || running(engine) != ALIVE) {
            if (System.nanoTime() - began > GIVE_UP_NANOS) {
              throw new IllegalStateException("the node was not back after a minute");
            }
            // A look costs processor time that the agent needs.
            LockSupport.parkNanos(100_000_000);
          }
          return (System.nanoTime() - began) / 1e6;
        });
  }

  private static long running(Engine engine) {
    return engine
        .docker("ps", "--filter", "label=" + Engine.LABEL, "--format", "{{.Status}}")
        .lines()
        .filter(status -> status.startsWith("Up"))
        .count();
  }

  private static double createdDisk(Engine engine) {
    return cleaned(
        engine,
        () -> {
          long before = usedKib(engine);
          for (int i = 0; i < CREATED; i++) {
            engine.docker("create", "--label", Engine.LABEL, "busybox", "true");
          }
          return (usedKib(engine) - before) / (double) CREATED;
        });
  }

  /** What is on the disk of images and containers. */
  static long usedKib(Engine engine) {
    return engine.storage().stream().mapToLong(Measurements::usedKib).sum();
  }

  private static long usedKib(Path root) {
    try {
      Process du = new ProcessBuilder("du", "-sk", root.toString()).start();
      try (var out = du.getInputStream()) {
        return Long.parseLong(
            new String(out.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                .split("\\s")[0]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot measure " + root + (Files.exists(root) ? "" : ": it is not on this host"), e);
    }
  }
}
