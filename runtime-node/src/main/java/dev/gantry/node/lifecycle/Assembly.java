package dev.gantry.node.lifecycle;

import dev.gantry.node.bundle.BundleMount;
import dev.gantry.node.container.Attachment;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.Fact;
import dev.gantry.node.container.State;
import dev.gantry.node.kernel.Fd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A container on its way up: what the hooks have made so far, for the hooks after them. */
final class Assembly {
  private final ContainerRecord record;
  private final List<Fact> facts = new ArrayList<>();
  private @Nullable Path root;
  private List<BundleMount> mounts = List.of();
  private final List<Fd> held = new ArrayList<>();
  private Map<String, String> namespaces = Map.of();
  private @Nullable Path netns;
  private @Nullable Attachment attachment;
  private State.@Nullable Life life;

  Assembly(ContainerRecord record) {
    this.record = record;
  }

  ContainerRecord record() {
    return record;
  }

  /** The record with what the container has by now, for taking it down again. */
  ContainerRecord soFar() {
    ContainerRecord.Run run = record.run();
    return record.next(
        new ContainerRecord.Run(
            run.state(), run.stoppedByUser(), run.restartCount(), attachment, run.health()),
        List.of());
  }

  /** Where the container's file system is mounted. */
  Path root() {
    return Objects.requireNonNull(root, "no snapshot is mounted yet");
  }

  void root(Path mounted) {
    root = mounted;
  }

  /** What is mounted into the container beyond what every one has. */
  List<BundleMount> mounts() {
    return mounts;
  }

  void mounts(List<BundleMount> resolved) {
    mounts = resolved;
  }

  /** By kind, as a bundle has them, but for that of the network. */
  Map<String, String> namespaces() {
    return namespaces;
  }

  void namespaces(Map<String, String> byKind) {
    namespaces = byKind;
  }

  /** Keeps something open until the container runs, or does not. */
  void hold(Fd open) {
    held.add(open);
  }

  void letGo() {
    held.forEach(Fd::close);
    held.clear();
  }

  /** The network namespace to join; null for the host's. */
  @Nullable Path netns() {
    return netns;
  }

  void network(@Nullable Path namespace, Attachment endpoints) {
    netns = namespace;
    attachment = endpoints;
  }

  @Nullable Attachment attachment() {
    return attachment;
  }

  State.Life life() {
    return Objects.requireNonNull(life, "nothing runs yet");
  }

  void life(State.Life begun) {
    life = begun;
  }

  /** What happened on the way, in order; told when the container runs. */
  List<Fact> facts() {
    return facts;
  }
}
