package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * The host that a container is on, in the shape that classic Swarm added to inspect and that
 * clients still read.
 *
 * @param ip the node's address without a port
 * @param addr the node's address with its port
 * @param memory bytes
 */
public record SwarmNode(
    @JsonProperty("ID") String id,
    @JsonProperty("Name") String name,
    @JsonProperty("IP") String ip,
    @JsonProperty("Addr") String addr,
    @JsonProperty("Cpus") int cpus,
    @JsonProperty("Memory") long memory,
    @JsonProperty("Labels") Map<String, String> labels) {}
