package dev.gantry.log.query;

import java.util.OptionalLong;

/**
 * What of a container's output is wanted.
 *
 * @param since nanoseconds since the epoch, inclusive
 * @param until nanoseconds since the epoch, inclusive
 * @param tail so many lines from the end
 */
public record OutputQuery(
    boolean stdout,
    boolean stderr,
    boolean timestamps,
    long since,
    long until,
    OptionalLong tail) {}
