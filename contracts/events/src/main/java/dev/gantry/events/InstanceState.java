package dev.gantry.events;

import java.net.URI;
import java.time.Instant;

/**
 * The last word on one running instance of a service: where it answers, and when it last said so.
 */
public record InstanceState(
    String service, String instance, URI uri, Instant startedAt, Instant time) {}
