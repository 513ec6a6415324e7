package dev.gantry.image.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.Digest;
import dev.gantry.engine.TeamId;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.repair.Verification;
import dev.gantry.image.running.RegistryClient;
import dev.gantry.image.transfer.TestImage;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Pushes, mounts, pulls, loads and removals of two teams that share blobs, while others collect all
 * the time. Every client has tags of its own, so it knows what has to be there.
 */
class CollectionUnderLoadTest extends EmptyRegistry {
  private static final int CLIENTS = 6;
  private static final int PUSHES = Integer.getInteger("gantry.pushes", 4);
  private static final Actor SHOP = new Actor(new TeamId("shop"), "bob");

  /** Layers of which all images are made. */
  private static final List<byte[]> LAYERS =
      IntStream.range(0, 5).mapToObj(i -> TestImage.tar("file" + i, i, 20_000 << i / 2)).toList();

  private final long seed = Long.getLong("gantry.seed", new Random().nextLong());
  private final AtomicBoolean over = new AtomicBoolean();

  /** One for each answer: by them, and not by the clock, collectors and expiry go. */
  private final Semaphore answers = new Semaphore(0);

  private final HttpClient http = HttpClient.newHttpClient();

  private RegistryClient client(Actor actor) {
    String name = "load-" + actor.team();
    return new RegistryClient(
        http,
        registry.uri("/"),
        registry.gateway.issue(name, actor.team().value(), TestGateway.ALL),
        _ -> answers.release());
  }

  /** A client, and what its tags name. */
  private final class Client implements Callable<Void> {
    private final int number;
    private final Actor actor;
    private final RegistryClient calls;
    private final RandomGenerator random;
    private final boolean patient;

    /** What each names: a manifest, or an index and its manifest. */
    private final Map<String, List<Digest>> tags = new LinkedHashMap<>();

    private int images;
    private int again;

    Client(int number, boolean patient) {
      this.number = number;
      this.actor = number % 2 == 0 ? TestRegistry.DEFAULT : SHOP;
      this.calls = client(actor);
      this.random = new Random(seed + number);
      this.patient = patient;
    }

    /**
     * Two clients of a team push to one repository, so that one looks for what the other removes.
     */
    private String repository() {
      return "load/r" + number % 4;
    }

    private TestImage image(boolean shared) {
      List<byte[]> layers = new ArrayList<>();
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        layers.add(LAYERS.get(random.nextInt(LAYERS.size())));
      }
      // What is shared is another client's, too, but in another repository.
      String label = shared ? "shared-" + number / 4 : number + "-" + images++;
      return TestImage.of("amd64", label, layers);
    }

    @Override
    public Void call() throws Exception {
      for (int done = 0; done < PUSHES; done++) {
        String tag = "c%d-%d".formatted(number, random.nextInt(3));
        List<Digest> pushed = random.nextInt(5) == 0 ? pushIndex(tag) : pushImage(tag);
        tags.put(tag, pushed);
        assertThat(calls.pull(repository(), tag))
            .as("%s of seed %d", tag, seed)
            .hasValue(pushed.getFirst());
        switch (random.nextInt(6)) {
          case 0 -> {
            calls.remove(repository(), tag);
            tags.remove(tag);
          }
          case 1, 2 -> {
            for (Digest manifest : pushed) {
              calls.remove(repository(), manifest.value());
            }
            tags.values().removeIf(pushed::equals);
          }
          case 3 -> loadAndRemove();
          case 4 -> {
            var _ =
                registry.removals.prune(actor, image -> image.isDangling(), TestRegistry.NOWHERE);
          }
          default -> readOthers();
        }
      }
      return null;
    }

    private List<Digest> pushImage(String tag) throws Exception {
      TestImage image = image(random.nextInt(4) == 0);
      while (true) {
        String from = random.nextInt(3) == 0 ? "load/r" + random.nextInt(4) : "";
        HttpResponse<byte[]> pushed = calls.push(repository(), tag, image, from, random);
        if (isTaken(pushed)) {
          return List.of(image.digest());
        }
      }
    }

    private List<Digest> pushIndex(String tag) throws Exception {
      while (true) {
        TestImage one = image(false);
        if (!isTaken(calls.push(repository(), tag + "-part", one, "", random))) {
          continue;
        }
        byte[] index = TestImage.index(one.entry("amd64"));
        boolean taken = isTaken(calls.manifest(repository(), tag, TestImage.INDEX, index));
        calls.remove(repository(), tag + "-part");
        if (taken) {
          return List.of(Digest.ofBytes(index), one.digest());
        }
      }
    }

    /** Only who was too slow is told that something is not there any more. */
    private boolean isTaken(HttpResponse<byte[]> pushed) {
      if (pushed.statusCode() != 201 && !patient) {
        assertThat(new String(pushed.body())).contains("MANIFEST_BLOB_UNKNOWN");
        again++;
        return false;
      }
      assertThat(pushed.statusCode())
          .as("seed %d: %s", seed, new String(pushed.body()))
          .isEqualTo(201);
      return true;
    }

    private void loadAndRemove() throws Exception {
      String name = "loaded/c" + number + ":" + images++;
      registry.load(actor, name, LAYERS.get(random.nextInt(LAYERS.size())));
      var _ = registry.removals.remove(actor, name, false, TestRegistry.NOWHERE);
    }

    private void readOthers() throws Exception {
      for (int i = 0; i < CLIENTS; i++) {
        var _ = calls.pull("load/r" + i % 4, "c%d-%d".formatted(i, random.nextInt(3)));
      }
    }

    void requireAll() throws Exception {
      for (Map.Entry<String, List<Digest>> tag : tags.entrySet()) {
        assertThat(calls.pull(repository(), tag.getKey()))
            .as("%s of seed %d", tag.getKey(), seed)
            .hasValue(tag.getValue().getFirst());
      }
    }
  }

  @Test
  void whatAPushIsAboutToNameStays() throws Exception {
    run(true);
  }

  @Test
  void whoIsTooSlowIsToldSoAndWhatIsNamedStays() throws Exception {
    run(false);
  }

  private void run(boolean patient) throws Exception {
    List<Client> clients =
        IntStream.range(0, CLIENTS).mapToObj(number -> new Client(number, patient)).toList();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> collectors = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        RandomGenerator random = new Random(seed - i);
        collectors.add(threads.submit(() -> collect(!patient, random)));
      }
      try {
        for (Future<Void> client : threads.invokeAll(clients)) {
          client.get();
        }
      } finally {
        over.set(true);
        answers.release(1_000);
      }
      for (Future<Void> one : collectors) {
        one.get();
      }
    }
    assertThat(clients.stream().anyMatch(client -> client.again > 0)).isEqualTo(!patient);
    for (Client client : clients) {
      client.requireAll();
    }
    assertThat(new Verification(registry.database, registry.blobs).run().defects()).isEmpty();
    removeAll();
  }

  /**
   * Collects again and again.
   *
   * @param expires lets the blobs expire, now and then, that nobody has named so far
   */
  private Void collect(boolean expires, RandomGenerator random) throws Exception {
    while (!over.get()) {
      answers.acquire(random.nextInt(1, 6));
      if (expires && random.nextInt(8) == 0) {
        registry.expireBlobs();
      }
      registry.collect();
    }
    return null;
  }

  private void removeAll() throws Exception {
    for (Actor actor : List.of(TestRegistry.DEFAULT, SHOP)) {
      var _ = registry.removals.prune(actor, _ -> true, TestRegistry.NOWHERE);
    }
    registry.database.execute("delete from tag");
    registry.database.execute("delete from repository_digest");
    registry.expireBlobs();
    registry.collect();
    assertThat(registry.blobs.list()).isEmpty();
    assertThat(folder.resolve("trash")).isEmptyDirectory();
    assertThat(registry.blobs.incoming().uploads()).isEmpty();
    assertThat(registry.blobs.incoming().files()).isZero();
    assertThat(registry.database.fetch("select * from blob")).isEmpty();
    assertThat(registry.database.fetch("select * from team_usage where bytes <> 0")).isEmpty();
  }
}
