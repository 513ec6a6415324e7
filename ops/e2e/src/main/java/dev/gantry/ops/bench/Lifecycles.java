package dev.gantry.ops.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whole lives of containers through the API, and what one costs where there are many. */
final class Lifecycles {
  private static final Pattern ID = Pattern.compile("\"Id\"\\s*:\\s*\"([0-9a-f]{64})\"");
  private static final int CLIENTS = 20;
  private static final int LIVES_PER_CLIENT = 5;
  private static final int CREATED = 1000;
  private static final int RUNNING = 300;
  private static final int SAMPLES = 9;

  private Lifecycles() {}

  /** Milliseconds from create to remove of one container that ends at once. */
  static double one(Engine engine) {
    try (ApiConnection api = engine.connect()) {
      return live(api) / 1e6;
    }
  }

  /** Milliseconds per life, of twenty clients at a time. */
  static double ofTwentyClients(Engine engine) {
    long began = System.nanoTime();
    List<Future<?>> clients = new ArrayList<>();
    try (ExecutorService all = Executors.newFixedThreadPool(CLIENTS)) {
      for (int client = 0; client < CLIENTS; client++) {
        clients.add(all.submit(() -> lives(engine)));
      }
    }
    clients.forEach(Lifecycles::require);
    return (System.nanoTime() - began) / 1e6 / (CLIENTS * LIVES_PER_CLIENT);
  }

  /**
   * What list, start and stop together cost with 300 containers running of 1,000 created, as a
   * multiple of what they cost with none.
   */
  static double growth(Engine engine) {
    try (ApiConnection api = engine.connect()) {
      double alone = listStartStop(api);
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < CREATED; i++) {
        ids.add(create(api, "[\"sleep\",\"100000\"]"));
      }
      ids.subList(0, RUNNING).forEach(id -> start(api, id));
      return listStartStop(api) / alone;
    } finally {
      engine.clean();
    }
  }

  private static double listStartStop(ApiConnection api) {
    List<Long> taken = new ArrayList<>();
    for (int sample = -1; sample < SAMPLES; sample++) {
      String id = create(api, "[\"sleep\",\"100000\"]");
      long began = System.nanoTime();
      start(api, id);
      api.call("GET", "/containers/json", "");
      api.call("POST", "/containers/" + id + "/stop?t=0", "");
      if (sample >= 0) {
        taken.add(System.nanoTime() - began);
      }
      remove(api, id);
    }
    return taken.stream().sorted().toList().get(SAMPLES / 2);
  }

  private static void lives(Engine engine) {
    try (ApiConnection api = engine.connect()) {
      for (int life = 0; life < LIVES_PER_CLIENT; life++) {
        live(api);
      }
    }
  }

  private static long live(ApiConnection api) {
    long began = System.nanoTime();
    String id = create(api, "[\"true\"]");
    start(api, id);
    api.call("POST", "/containers/" + id + "/wait", "");
    remove(api, id);
    return System.nanoTime() - began;
  }

  private static String create(ApiConnection api, String command) {
    String body =
        "{\"Image\":\"busybox\",\"Cmd\":%s,\"Labels\":{\"%s\":\"\"}}"
            .formatted(command, Engine.LABEL);
    String answer = api.call("POST", "/containers/create", body);
    Matcher id = ID.matcher(answer);
    if (!id.find()) {
      throw new IllegalStateException("no container id in " + answer);
    }
    return id.group(1);
  }

  private static void start(ApiConnection api, String id) {
    api.call("POST", "/containers/" + id + "/start", "");
  }

  private static void remove(ApiConnection api, String id) {
    api.call("DELETE", "/containers/" + id, "");
  }

  private static void require(Future<?> client) {
    try {
      client.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a client failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
