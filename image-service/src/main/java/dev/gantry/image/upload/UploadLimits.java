package dev.gantry.image.upload;

import java.time.Duration;

/**
 * How much pushes may leave lying about.
 *
 * @param bytes of one blob
 * @param sessions that a team may have open
 * @param expiry after which a session that nothing comes for is removed
 * @param grace for which a blob that no manifest names is kept
 */
public record UploadLimits(long bytes, int sessions, Duration expiry, Duration grace) {}
