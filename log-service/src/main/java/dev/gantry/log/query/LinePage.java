package dev.gantry.log.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.gantry.log.chunk.Line;
import dev.gantry.log.index.Gap;
import dev.gantry.log.index.Known;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some lines of a container as JSON.
 *
 * @param keptFrom number of the oldest line that retention has left
 * @param next the {@code from} of the next page, null after the last
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LinePage(
    String container,
    @Nullable String name,
    @Nullable String image,
    String node,
    @Nullable Instant removedAt,
    long keptFrom,
    List<Entry> lines,
    @Nullable Long next) {

  /**
   * One line, or a stretch that is missing.
   *
   * @param partial the line goes on in the next entry of its stream
   * @param missing so many bytes of output never came before this line; then there is no text
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Entry(
      long number,
      @Nullable Instant time,
      @Nullable String stream,
      @Nullable String text,
      @Nullable Boolean partial,
      @Nullable Long missing) {}

  /**
   * Reads a page.
   *
   * @param contains only lines with this text; empty for all
   */
  public static LinePage read(
      LogReader reader, Known container, LogQuery query, long from, int limit, String contains)
      throws IOException {
    Collector collector = new Collector(query, limit, contains);
    LogReader.End end =
        reader.read(
            container, Math.max(from, container.firstLine()), query.sinceNanos(), collector);
    return new LinePage(
        container.id(),
        container.name(),
        container.image(),
        container.nodeName() == null ? container.node() : container.nodeName(),
        container.removedAt(),
        container.firstLine(),
        collector.entries,
        end.enough() && !collector.late ? end.next() : null);
  }

  private static final class Collector implements LogReader.Sink {
    private final LogQuery query;
    private final int limit;
    private final String contains;
    private final List<Entry> entries = new ArrayList<>();
    private boolean late;

    Collector(LogQuery query, int limit, String contains) {
      this.query = query;
      this.limit = limit;
      this.contains = contains;
    }

    @Override
    public boolean line(Line line) {
      if (line.timeNanos() > query.untilNanos()) {
        late = true;
        return false;
      }
      String text = new String(line.bytes(), UTF_8);
      if (query.wants(line) && text.contains(contains)) {
        entries.add(
            new Entry(
                line.number(),
                Instant.ofEpochSecond(0, line.timeNanos()),
                line.stream() == 2 ? "stderr" : "stdout",
                text.endsWith("\n") ? text.substring(0, text.length() - 1) : text,
                line.partial() ? Boolean.TRUE : null,
                null));
      }
      return entries.size() < limit;
    }

    @Override
    public void gap(Gap gap) {
      entries.add(new Entry(gap.beforeLine(), null, null, null, null, gap.to() - gap.from()));
    }
  }
}
