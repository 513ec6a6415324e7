package dev.gantry.node.lifecycle;

import dev.gantry.engine.LogConfig;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.log.LogLimit;
import dev.gantry.node.log.LogTrimmer;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the output of every running container within what its logging driver's options say. */
final class LogLimits {
  private static final Logger log = LoggerFactory.getLogger(LogLimits.class);

  private final Context context;
  private final LogTrimmer trimmer;

  LogLimits(Context context, LogTrimmer trimmer) {
    this.context = context;
    this.trimmer = trimmer;
  }

  void enforce() {
    for (ContainerCell cell : context.containers().all()) {
      ContainerRecord record = cell.record();
      if (record.state().life() != null) {
        limit(record).ifPresent(limit -> enforce(record, limit));
      }
    }
  }

  private void enforce(ContainerRecord record, LogLimit limit) {
    try {
      long begin =
          trimmer.trim(
              context.files().output(record.id()), limit, context.shipper().shipped(record.id()));
      context.shipper().trimmed(record.id(), begin);
    } catch (IOException e) {
      log.warn("the output of container {} was not trimmed: {}", record.id(), e.toString());
    }
  }

  private static Optional<LogLimit> limit(ContainerRecord record) {
    LogConfig config = record.spec().host().logConfig();
    if (config == null || config.type() == null) {
      return Optional.empty();
    }
    return LogLimit.of(config.type(), config.config() == null ? Map.of() : config.config());
  }
}
