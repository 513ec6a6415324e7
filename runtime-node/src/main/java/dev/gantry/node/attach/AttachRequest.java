package dev.gantry.node.attach;

import org.jspecify.annotations.Nullable;

/**
 * What a client attaches to.
 *
 * @param logs what was written so far comes first
 * @param stream what will be written follows
 */
public record AttachRequest(
    boolean stream,
    boolean logs,
    boolean stdin,
    boolean stdout,
    boolean stderr,
    @Nullable String detachKeys) {}
