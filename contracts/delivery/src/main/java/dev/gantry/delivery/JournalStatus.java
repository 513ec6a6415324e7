package dev.gantry.delivery;

import java.time.Duration;

/**
 * How an {@link EventJournal} stands.
 *
 * @param depth messages not yet acknowledged by the broker
 * @param bytes their size on disk
 * @param oldestAge age of the oldest of them, zero when there is none
 * @param openIntents intents without an outcome
 * @param refused appends refused since start
 * @param superseded snapshots dropped unpublished since start, because a later one of the same key
 *     stood behind them
 * @param corrupt damaged stretches found when the journal was opened (kept aside as {@code
 *     *.corrupt})
 */
public record JournalStatus(
    long depth,
    long bytes,
    Duration oldestAge,
    int openIntents,
    long refused,
    long superseded,
    int corrupt) {}
