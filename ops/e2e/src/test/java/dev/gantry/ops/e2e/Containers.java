package dev.gantry.ops.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Names containers, volumes and networks for a test and removes them, and what they left, after it.
 */
final class Containers implements AfterEachCallback {
  private static final Random RANDOM = new Random();

  private final Docker docker;
  private final List<String> names = new CopyOnWriteArrayList<>();
  private final List<String> volumes = new ArrayList<>();
  private final List<String> networks = new ArrayList<>();

  Containers(Docker docker) {
    this.docker = docker;
  }

  String name() {
    String name = "e2e-" + Integer.toHexString(RANDOM.nextInt());
    names.add(name);
    return name;
  }

  /** Of all that were named and not forgotten. */
  List<String> names() {
    return List.copyOf(names);
  }

  /** It is gone already. */
  void forget(String name) {
    names.remove(name);
  }

  String volume() {
    String name = "e2e-v" + Integer.toHexString(RANDOM.nextInt());
    volumes.add(name);
    return name;
  }

  String network() {
    String name = "e2e-n" + Integer.toHexString(RANDOM.nextInt());
    networks.add(name);
    return name;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    for (String name : names) {
      docker.run("rm", "-f", "-v", name);
    }
    for (String volume : volumes) {
      docker.run("volume", "rm", "-f", volume);
    }
    for (String network : networks) {
      docker.run("network", "rm", network);
    }
    networks.clear();
    names.clear();
    volumes.clear();
  }
}
