package dev.gantry.node.lifecycle;

import dev.gantry.node.bundle.Bundles;
import dev.gantry.node.cgroup.Cgroups;
import dev.gantry.node.network.Sandboxes;
import dev.gantry.node.runtime.Conmon;
import dev.gantry.node.runtime.ExitWatch;
import dev.gantry.node.runtime.OciRuntimes;
import dev.gantry.node.snapshot.SnapshotStore;
import dev.gantry.node.socket.TeamSockets;

/** The node's ways to the kernel. */
public record Kernel(
    SnapshotStore snapshots,
    Sandboxes sandboxes,
    Bundles bundles,
    OciRuntimes runtimes,
    Conmon conmon,
    Cgroups cgroups,
    ExitWatch exits,
    TeamSockets sockets) {}
