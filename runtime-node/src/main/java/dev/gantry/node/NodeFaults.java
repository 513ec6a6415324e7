package dev.gantry.node;

import java.util.Set;

/** The names of the node's fault points, in the order in which a container passes them. */
final class NodeFaults {
  static final Set<String> NAMES =
      Set.of(
          "create.beforeLayers",
          "blob.beforeKeep",
          "blob.afterKeep",
          "create.beforeRecord",
          "create.afterRecord",
          "create.afterVolumes",
          "start.beforeSnapshot",
          "start.beforeSocket",
          "start.beforeMounts",
          "start.beforeNamespaces",
          "start.beforeNetwork",
          "start.beforeBundle",
          "start.beforeRuntime",
          "start.afterCreate",
          "start.afterRuntime",
          "start.beforeRecord",
          "start.afterRecord",
          "exec.beforeRuntime",
          "exec.afterRuntime",
          "connect.beforeRecord",
          "disconnect.afterRecord",
          "stop.afterSignal",
          "update.beforeRecord",
          "commit.paused",
          "commit.written",
          "exit.beforeRecord",
          "exit.afterRecord",
          "remove.afterRecord",
          "remove.afterHooks",
          "remove.afterSnapshot",
          "remove.afterLog",
          "remove.beforeDelete");

  private NodeFaults() {}
}
