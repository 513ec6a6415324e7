package dev.gantry.node.config;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.ExecId;
import dev.gantry.engine.TeamId;
import dev.gantry.node.runtime.RunFiles;
import java.nio.file.Path;

/**
 * Where everything of the node is.
 *
 * <pre>
 * data root (0700, survives a reboot)
 *   node-id                         the node's identity
 *   containers/ID/record.json       what the node remembers of a container
 *                 output.log        what the container wrote, by conmon
 *                 shipped           how much of it log-service has
 *   volumes/TEAM/NAME/volume.json   labels and options
 *                     _data/        what containers see
 *   orphan-logs/                    output of removed containers on its way to log-service
 *   execs/ID/output.log             what an attached exec wrote
 *   layers/ snapshots/              see the package snapshot
 *   blobs/                          see the package blob
 *   journal/                        facts on their way to Kafka
 * run root (0700, gone after a reboot)
 *   s/ID/attach                     sockets of conmon
 *   roots/ID                        where file systems are mounted
 *   parts/ID/N, N.image             parts for mounts with a subpath, images that are mounted
 *   containers/ID/                  hosts, hostname, resolv.conf, bundle, sockets of one run
 *                 docker.sock       speaks for the container's team, where the container has that
 * </pre>
 */
public record NodeFiles(Path data, Path run) {
  private static final int SOCKET_NAME = 16;

  public Path nodeId() {
    return data.resolve("node-id");
  }

  public Path containers() {
    return data.resolve("containers");
  }

  public Path container(ContainerId id) {
    return containers().resolve(id.value());
  }

  public Path record(ContainerId id) {
    return container(id).resolve("record.json");
  }

  public Path output(ContainerId id) {
    return container(id).resolve("output.log");
  }

  public Path shipped(ContainerId id) {
    return container(id).resolve("shipped");
  }

  public Path volumes() {
    return data.resolve("volumes");
  }

  public Path volume(TeamId team, String name) {
    return volumes().resolve(team.value()).resolve(name);
  }

  public Path layers() {
    return data.resolve("layers");
  }

  /** Layers as they were fetched. */
  public Path blobs() {
    return data.resolve("blobs");
  }

  public Path snapshots() {
    return data.resolve("snapshots");
  }

  /** Where the file systems of running containers are mounted. */
  public Path roots() {
    return run.resolve("roots");
  }

  /** Where parts of volumes are bound for the containers that mount them. */
  public Path parts() {
    return run.resolve("parts");
  }

  public Path orphanLogs() {
    return data.resolve("orphan-logs");
  }

  public Path journal() {
    return data.resolve("journal");
  }

  /** Output of execs while somebody may read it. */
  public Path execs() {
    return data.resolve("execs");
  }

  /** Short, since the address of a unix socket is at most 108 bytes. */
  public Path sockets() {
    return run.resolve("s");
  }

  /** The files of a container's run, as conmon and the OCI runtime use them. */
  public RunFiles runFiles(ContainerId id) {
    return new RunFiles(
        id.value(), run(id), output(id), sockets(), id.value().substring(0, SOCKET_NAME));
  }

  /** The files of an exec; its output is thrown away where nobody will read it. */
  public RunFiles execFiles(ContainerId container, ExecId exec, boolean read) {
    return new RunFiles(
        container.value(),
        run(container).resolve("execs").resolve(exec.value()),
        read ? execs().resolve(exec.value()).resolve("output.log") : Path.of("/dev/null"),
        sockets(),
        exec.value().substring(0, SOCKET_NAME));
  }

  /** The files of an exec of the node's own. What is there at a start, an earlier process left. */
  public RunFiles captureFiles(ContainerId container, ExecId exec) {
    return new RunFiles(
        container.value(),
        captures(container).resolve(exec.value()),
        Path.of("/dev/null"),
        sockets(),
        exec.value().substring(0, SOCKET_NAME));
  }

  public Path captures(ContainerId container) {
    return run(container).resolve("captures");
  }

  public Path runs() {
    return run.resolve("containers");
  }

  /** Where the memory is that other containers may share with this one. */
  public Path sharedMemory(ContainerId id) {
    return sharedMemories().resolve(id.value());
  }

  public Path sharedMemories() {
    return run.resolve("shm");
  }

  public Path teamSocket(ContainerId id) {
    return run(id).resolve("docker.sock");
  }

  public Path run(ContainerId id) {
    return runs().resolve(id.value());
  }
}
