package dev.gantry.node.attach;

import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.log.ContainerLog;
import dev.gantry.node.log.LogQuery;
import dev.gantry.node.log.LogShipper;
import dev.gantry.node.log.LogWatch;
import dev.gantry.node.stream.StreamConnection;
import dev.gantry.node.stream.StreamInput;
import dev.gantry.node.stream.StreamSession;
import java.nio.file.Path;

/** {@code docker logs}: what was written, and with {@code -f} what will be until the run ends. */
public final class LogSession implements StreamSession {
  private final ContainerCell cell;
  private final LogQuery query;
  private final Path file;
  private final LogWatch watch;
  private final LogShipper shipper;
  private final int run;

  public LogSession(
      ContainerCell cell, LogQuery query, Path file, LogWatch watch, LogShipper shipper) {
    this.cell = cell;
    this.query = query;
    this.file = file;
    this.watch = watch;
    this.shipper = shipper;
    this.run = cell.state().life() == null ? 0 : cell.startedRuns();
  }

  @Override
  public void run(StreamConnection connection) throws Exception {
    ContainerRecord record = cell.record();
    try (var growth = new FollowGrowth(this::over, cell::watch, connection, watch, file);
        AutoCloseable _ = query.follow() ? () -> {} : shipper.giveWay()) {
      connection.startInput(StreamInput.IGNORED);
      new ContainerLog(file)
          .read(
              query,
              record.isTty(),
              query.details() ? LogDetails.of(record) : "",
              growth,
              connection.output());
    }
  }

  private boolean over() {
    return cell.endedRuns() >= run || cell.isGone();
  }
}
