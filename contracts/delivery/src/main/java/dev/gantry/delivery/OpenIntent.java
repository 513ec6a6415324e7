package dev.gantry.delivery;

import java.time.Instant;

/** What a process said it was about to do, and did not say the outcome of before it ended. */
public record OpenIntent(String id, byte[] note, Instant at) {}
