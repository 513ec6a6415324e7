package dev.gantry.image.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What was last found out, of the keys that were asked for last. */
final class Recent<K, V> {
  private record Known<V>(V value, Instant at) {}

  private final Map<K, Known<V>> known;
  private final InstantSource clock;

  Recent(int most, InstantSource clock) {
    this.clock = clock;
    this.known =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, Known<V>> eldest) {
            return size() > most;
          }
        };
  }

  /** What was found out no longer ago than that. */
  synchronized Optional<V> get(K key, Duration age) {
    Instant since = clock.instant().minus(age);
    return Optional.ofNullable(known.get(key))
        .filter(one -> one.at().isAfter(since))
        .map(Known::value);
  }

  synchronized void put(K key, V value) {
    known.put(key, new Known<>(value, clock.instant()));
  }

  synchronized void remove(K key) {
    known.remove(key);
  }
}
