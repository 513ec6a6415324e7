package dev.gantry.node.runtime;

/**
 * The processes of a run; with their start times they are found again after the node was restarted.
 *
 * @param pid of the container's first process
 * @param startTime of it, in clock ticks since boot (proc(5))
 * @param conmonPid of conmon, which ends after the exit code is on disk
 */
public record ContainerProcess(int pid, long startTime, int conmonPid, long conmonStartTime) {}
