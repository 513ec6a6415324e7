package dev.gantry.node.attach;

import org.jspecify.annotations.Nullable;

/**
 * What a client attaches to.
 *
 * @param logs what was written so far comes first
 * @param stream what will be written follows
 * @param framed output that is no terminal's is in frames that tell its streams apart
 */
public record AttachRequest(
    boolean stream,
    boolean logs,
    boolean framed,
    boolean stdin,
    boolean stdout,
    boolean stderr,
    @Nullable String detachKeys) {}
