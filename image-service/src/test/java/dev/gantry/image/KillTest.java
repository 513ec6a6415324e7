package dev.gantry.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.image.running.RunningImageService;
import dev.gantry.image.transfer.FaultyRegistry;
import dev.gantry.ops.testkit.PostgresCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills image-service in the middle of pushes, loads, pulls, removals and collection, at random
 * points and at those that have a name, and compares after each start what is there with what
 * clients were answered. {@code -Dgantry.kills=100} does it a hundred times, {@code
 * -Dgantry.seed=N} repeats a run as far as threads can be repeated.
 */
@ExtendWith(MigratedCluster.class)
class KillTest {
  private static final int KILLS = Integer.getInteger("gantry.kills", 3);
  private static final int CUSTOMERS = 4;

  /** After which everything ends that is waited for. */
  private static final int MINUTES = 3;

  /** A life keeps for long what pushes have brought, or takes away at once what none has ended. */
  private static final List<String> PATIENT = List.of();

  private static final List<String> HASTY =
      List.of("gantry.image.blob-grace=1ms", "gantry.image.upload-expiry=1ms");

  private final long seed = Long.getLong("gantry.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private final Semaphore answers = new Semaphore(0);

  @TempDir Path folder;

  @Test
  void whatWasAnsweredIsThereAndNothingElseIs(PostgresCluster postgres) throws Exception {
    System.out.println("KillTest: " + KILLS + " kills with -Dgantry.seed=" + seed);
    try (FaultyRegistry elsewhere = new FaultyRegistry();
        RunningImageService service = new RunningImageService(postgres, folder)) {
      List<Customer> customers = new ArrayList<>();
      StoreAudit audit = new StoreAudit(postgres, service);
      for (int kill = 0; kill <= KILLS; kill++) {
        boolean patient = random.nextBoolean();
        assertThat(service.start(patient ? PATIENT : HASTY)).as(service.tail()).isTrue();
        for (int number = customers.size(); number < CUSTOMERS; number++) {
          customers.add(
              new Customer(
                  number, service, elsewhere, answers::release, new Random(seed + number)));
        }
        try {
          look(service, audit, customers, patient);
        } catch (AssertionError e) {
          throw new AssertionError("after kill %d of seed %d".formatted(kill, seed), e);
        }
        if (kill < KILLS) {
          live(service, customers, patient, random.nextBoolean() ? point() : "");
        }
      }
    }
  }

  private String point() {
    List<String> points = ImageConfiguration.FAULT_POINTS.stream().sorted().toList();
    return points.get(random.nextInt(points.size()));
  }

  /** Works until the kill. */
  private void live(
      RunningImageService service, List<Customer> customers, boolean patient, String point)
      throws Exception {
    boolean restarts = !point.isEmpty();
    if (restarts) {
      service.kill();
      if (!service.start(List.of("gantry.image.fault-points=" + point + "=kill"))) {
        return; // On its way there already.
      }
    }
    answers.drainPermits();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> busy = new ArrayList<>();
      for (Customer customer : customers) {
        customer.begin(service, patient || restarts);
        busy.add(threads.submit(customer));
      }
      try {
        awaitEnd(service, busy, random.nextInt(point.isEmpty() ? 150 : 400));
      } finally {
        service.kill();
      }
      for (Future<Void> one : busy) {
        one.get();
      }
    }
  }

  /** Until it has given so many answers and is in the middle of some, or has died by itself. */
  private void awaitEnd(RunningImageService service, List<Future<Void>> busy, int most)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
    while (service.isAlive() && busy.stream().noneMatch(Future::isDone)) {
      if (answers.tryAcquire(most, 10, TimeUnit.MILLISECONDS)) {
        LockSupport.parkNanos(random.nextInt(20_000_000));
        return;
      }
      assertThat(System.nanoTime()).as("the end of %d answers", most).isLessThan(deadline);
    }
  }

  private static void look(
      RunningImageService service, StoreAudit audit, List<Customer> customers, boolean patient)
      throws Exception {
    for (Customer customer : customers) {
      customer.look(service, patient);
    }
    audit.requireNoLeftovers(patient);
    audit.requireSound();
    audit.requireTold(customers);
  }
}
