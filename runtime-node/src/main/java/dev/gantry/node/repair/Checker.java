package dev.gantry.node.repair;

import dev.gantry.engine.ContainerId;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.Containers;
import dev.gantry.node.container.State;
import dev.gantry.node.lifecycle.Kernel;
import dev.gantry.node.lifecycle.Operations;
import dev.gantry.node.network.Sandbox;
import dev.gantry.node.network.Sandboxes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Lists every difference between kernel and record, in words; changes nothing. */
public final class Checker {
  private final Containers containers;
  private final Kernel kernel;
  private final NodeFiles files;

  public Checker(Containers containers, Kernel kernel, NodeFiles files) {
    this.containers = containers;
    this.kernel = kernel;
    this.files = files;
  }

  public List<String> differences() throws IOException {
    List<String> found = new ArrayList<>();
    KernelView view = KernelView.take(kernel, files);
    List<Sandboxes.Running> sandboxes = new ArrayList<>();
    for (ContainerCell cell : containers.all()) {
      ContainerRecord record = cell.record();
      State.Life life = record.state().life();
      if (life == null) {
        checkIdle(record, view, found);
      } else {
        checkRunning(record, life, view, found);
        Operations.sandbox(record).ifPresent(sandboxes::add);
      }
    }
    for (String id : view.all()) {
      if (containers.find(new ContainerId(id)).isEmpty()) {
        found.add("there is something of container " + id + ", which no record knows");
      }
    }
    for (String link : kernel.sandboxes().strayLinks(sandboxes)) {
      found.add("link " + link + " belongs to no running container");
    }
    if (!kernel.sandboxes().rulesMatch()) {
      found.add("the rules of the packet filter are not as they should be");
    }
    checkAddresses(addresses(sandboxes), found);
    return found;
  }

  private static void checkIdle(ContainerRecord record, KernelView view, List<String> found) {
    view.kinds()
        .forEach(
            (kind, ids) -> {
              if (ids.contains(record.id().value())) {
                found.add(
                    "container %s is %s but has a %s"
                        .formatted(record.id(), record.state().status(), kind));
              }
            });
  }

  private static void checkRunning(
      ContainerRecord record, State.Life life, KernelView view, List<String> found) {
    String id = record.id().value();
    if (!Repair.isAlive(life.pid(), life.pidStart())) {
      found.add("container " + id + " is running but its process " + life.pid() + " is not there");
    }
    if (!Repair.isAlive(life.conmonPid(), life.conmonStart())) {
      found.add("container " + id + " is running but its conmon is not there");
    }
    for (String kind : List.of(KernelView.MOUNT, KernelView.CGROUP, KernelView.FOLDER)) {
      if (!view.has(kind, id)) {
        found.add("container " + id + " is running but has no " + kind);
      }
    }
    String mode = String.valueOf(record.spec().host().networkMode());
    boolean shares = mode.equals("host") || mode.startsWith("container:");
    if (shares == view.has(KernelView.NAMESPACE, id)) {
      found.add(
          "container %s is running and has %s network namespace"
              .formatted(id, shares ? "a" : "no"));
    }
  }

  private static Map<String, Set<String>> addresses(List<Sandboxes.Running> sandboxes) {
    Map<String, Set<String>> addresses = new HashMap<>();
    for (Sandboxes.Running one : sandboxes) {
      for (Sandbox.Endpoint endpoint : one.sandbox().endpoints().values()) {
        addresses
            .computeIfAbsent(endpoint.address().networkId(), _ -> new TreeSet<>())
            .add(endpoint.address().address());
      }
    }
    return addresses;
  }

  private void checkAddresses(Map<String, Set<String>> expected, List<String> found) {
    kernel
        .sandboxes()
        .givenAddresses()
        .forEach(
            (network, given) -> {
              Set<String> meant = expected.getOrDefault(network, Set.of());
              for (String address : given) {
                if (!meant.contains(address)) {
                  found.add("address " + address + " is given out but no container has it");
                }
              }
            });
  }
}
