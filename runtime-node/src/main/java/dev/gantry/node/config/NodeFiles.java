package dev.gantry.node.config;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
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
 *   journal/                        facts on their way to Kafka
 * run root (0700, gone after a reboot)
 *   containers/ID/                  hosts, hostname, resolv.conf, bundle, sockets of one run
 * </pre>
 */
public record NodeFiles(Path data, Path run) {

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

  public Path orphanLogs() {
    return data.resolve("orphan-logs");
  }

  public Path journal() {
    return data.resolve("journal");
  }

  public Path runs() {
    return run.resolve("containers");
  }

  public Path run(ContainerId id) {
    return runs().resolve(id.value());
  }
}
