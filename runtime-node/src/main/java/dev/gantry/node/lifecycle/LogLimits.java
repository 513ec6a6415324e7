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

/** Keeps the output of containers within what their logging driver's options say. */
final class LogLimits {
  private static final Logger log = LoggerFactory.getLogger(LogLimits.class);

  private final Context context;
  private final LogTrimmer trimmer;

  LogLimits(Context context, LogTrimmer trimmer) {
    this.context = context;
    this.trimmer = trimmer;
  }

  /**
   * @param all those too that do not run: what was written shortly before an end, or not shipped
   *     then
   */
  void enforce(boolean all) {
    for (ContainerCell cell : context.containers().all()) {
      ContainerRecord record = cell.record();
      if (all || record.state().life() != null) {
        enforce(cell);
      }
    }
  }

  private void enforce(ContainerCell cell) {
    ContainerRecord record = cell.record();
    try {
      Optional<LogLimit> limit = limit(record);
      if (limit.isPresent()) {
        long begin =
            trimmer.trim(
                context.files().output(record.id()),
                limit.get(),
                Math.min(context.shipper().shipped(record.id()), cell.readers().behind()));
        context.shipper().trimmed(record.id(), begin);
      }
    } catch (IOException | IllegalArgumentException e) {
      // Of this container alone; the latter is of one from before its options were refused.
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
