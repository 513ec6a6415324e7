package dev.gantry.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.Digest;
import dev.gantry.image.Name.Way;
import dev.gantry.image.running.EngineClient;
import dev.gantry.image.running.RegistryClient;
import dev.gantry.image.running.RunningImageService;
import dev.gantry.image.transfer.FaultyRegistry;
import dev.gantry.image.transfer.TestImage;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Pushes, loads, pulls, removes and reads, under names of its own, images whose layers others have,
 * too, until nothing is answered any more.
 */
final class Customer implements Callable<Void> {
  private static final List<byte[]> LAYERS =
      IntStream.range(0, 6).mapToObj(i -> TestImage.tar("file" + i, i, 4_000 << i)).toList();

  private final int number;
  private final String team;
  private final FaultyRegistry elsewhere;
  private final Runnable answered;
  private final RandomGenerator random;
  private final List<Name> names = new ArrayList<>();

  /** Blobs of which the registry has said in this life that its repository has them. */
  private final Set<Digest> held = new HashSet<>();

  private volatile boolean isKept;

  private RegistryClient registry;
  private EngineClient engine;
  private int images;

  /**
   * @param elsewhere another registry
   * @param answered is told that a call was answered
   */
  Customer(
      int number,
      RunningImageService service,
      FaultyRegistry elsewhere,
      Runnable answered,
      Random random) {
    this.number = number;
    this.team = number % 2 == 0 ? "default" : "shop";
    this.elsewhere = elsewhere;
    this.answered = answered;
    this.random = random;
    this.registry = service.registry(team, this::hear);
    this.engine = service.engine(team, _ -> answered.run());
    for (int i = 0; i < 3; i++) {
      names.add(new Name(Way.PUSHED, repository(number), "p" + i));
      names.add(new Name(Way.LOADED, "loaded/c" + number, "l" + i));
    }
  }

  private static String repository(int customer) {
    return "pushed/c" + customer;
  }

  List<Name> names() {
    return names;
  }

  /**
   * Works from now on with a service that has started, and was asked before what is there.
   *
   * @param isKept whether what pushes bring is kept for long before a manifest names it
   */
  void begin(RunningImageService service, boolean isKept) {
    meet(service);
    held.clear();
    this.isKept = isKept;
  }

  private void meet(RunningImageService service) {
    registry = service.registry(team, this::hear);
    engine = service.engine(team, _ -> answered.run());
  }

  /**
   * Looks, at a service that has started, whether all is as it was answered.
   *
   * @param isPatient it has to have what pushes have brought and not ended, too
   */
  void look(RunningImageService service, boolean isPatient) throws Exception {
    RegistryClient before = registry;
    meet(service);
    for (Name name : names) {
      settle(name);
    }
    isKept &= isPatient;
    if (isKept) {
      registry.resume(before);
      for (Digest blob : List.copyOf(held)) {
        assertThat(registry.has(repository(number), blob)).as("%s has %s", this, blob).isTrue();
      }
    }
  }

  private void settle(Name name) throws Exception {
    boolean byManifest = name.way == Way.PUSHED;
    Optional<Digest> found =
        byManifest ? registry.named(name.repository, name.tag) : engine.named(name.shown());
    Optional<Optional<TestImage>> outcome =
        name.possible().stream()
            .filter(one -> one.map(it -> byManifest ? it.digest() : it.config()).equals(found))
            .findFirst();
    assertThat(outcome).as("%s leads to %s", name.shown(), found).isPresent();
    name.settle(outcome.get());
    requireThere(name);
  }

  private void hear(HttpResponse<byte[]> answer) {
    boolean ofBlob = answer.uri().getPath().contains("/blobs/");
    boolean own = answer.uri().getPath().startsWith("/v2/" + repository(number) + "/");
    if (isKept && ofBlob && own && (answer.statusCode() == 201 || answer.statusCode() == 200)) {
      answer.headers().firstValue("Docker-Content-Digest").map(Digest::new).ifPresent(held::add);
    }
    answered.run();
  }

  @Override
  public Void call() throws Exception {
    try {
      while (true) {
        act();
      }
    } catch (IOException _) {
      return null; // It was killed.
    }
  }

  private void act() throws Exception {
    Name name = names.get(random.nextInt(names.size()));
    switch (random.nextInt(12)) {
      case 0 -> engine.prune();
      case 1, 2 -> read(name);
      case 3, 4, 5 -> take(name);
      case 6, 7 -> pullFromElsewhere();
      default -> give(name);
    }
  }

  private TestImage image() {
    List<byte[]> layers = new ArrayList<>();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      layers.add(LAYERS.get(random.nextInt(LAYERS.size())));
    }
    return TestImage.of("amd64", number + "-" + images++, layers);
  }

  private void give(Name name) throws Exception {
    TestImage image = image();
    switch (name.way) {
      case PUSHED -> {
        String from = random.nextInt(3) == 0 ? repository(number ^ 2) : "";
        name.give(image, () -> push(name, image, from));
      }
      case LOADED -> name.give(image, () -> engine.load(name.shown(), image));
      case PULLED -> pull(name, image);
    }
  }

  private void push(Name name, TestImage image, String from) throws Exception {
    int status = registry.push(name.repository, name.tag, image, from, random).statusCode();
    assertThat(status).as("the answer to a push to %s", name.shown()).isEqualTo(201);
  }

  private void pullFromElsewhere() throws Exception {
    String tag = "e" + number + "-" + random.nextInt(3);
    String repository = elsewhere.address() + "/pulled/c" + number;
    Optional<Name> known = names.stream().filter(one -> one.tag.equals(tag)).findFirst();
    Name name = known.orElseGet(() -> new Name(Way.PULLED, repository, tag));
    if (known.isEmpty()) {
      names.add(name);
    }
    pull(name, image());
  }

  private void pull(Name name, TestImage image) throws Exception {
    elsewhere.put(name.tag, image);
    name.give(image, () -> engine.pull(name.repository, name.tag));
  }

  private void take(Name name) throws Exception {
    if (name.image().isEmpty()) {
      return;
    }
    if (name.way != Way.PUSHED || random.nextInt(3) == 0) {
      name.take(() -> engine.remove(name.shown()));
    } else if (random.nextBoolean()) {
      name.take(() -> registry.remove(name.repository, name.tag));
    } else {
      String digest = name.image().get().digest().value();
      name.take(() -> registry.remove(name.repository, digest));
    }
  }

  private void read(Name name) throws Exception {
    if (name.image().isPresent()) {
      engine.save(name.shown());
    }
    requireThere(name);
  }

  /** Reads all that a registry has of it. */
  private void requireThere(Name name) throws Exception {
    if (name.way != Way.PULLED && name.image().isPresent()) {
      assertThat(registry.pull(name.repository, name.tag))
          .as("all of %s", name.shown())
          .isPresent();
    }
  }

  @Override
  public String toString() {
    return repository(number) + " of " + team;
  }
}
