package dev.gantry.node.attach;

import dev.gantry.engine.ContainerTop;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code docker top}: what {@code ps} says, reduced to the container's processes. The arguments go
 * to {@code ps} as they are, never through a shell.
 */
public final class ProcessList {
  private static final int MAX_OUTPUT = 8 << 20;

  private ProcessList() {}

  public static ContainerTop of(Set<Integer> pids, @Nullable String arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ps"));
    String text = arguments == null || arguments.isBlank() ? "-ef" : arguments.strip();
    command.addAll(Arrays.asList(text.split("\\s+")));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    process.getOutputStream().close();
    byte[] bytes = process.getInputStream().readNBytes(MAX_OUTPUT);
    byte[] complaint = process.getErrorStream().readNBytes(MAX_OUTPUT);
    if (process.waitFor() != 0) {
      String said = new String(complaint, StandardCharsets.UTF_8);
      throw new ServiceException(
          ErrorCode.INVALID, "ps: " + said.lines().findFirst().orElse("exit status 1"));
    }
    return parse(new String(bytes, StandardCharsets.UTF_8), pids);
  }

  static ContainerTop parse(String output, Set<Integer> pids) {
    List<String> lines = output.lines().toList();
    List<String> titles = List.of(lines.getFirst().strip().split("\\s+"));
    int pidColumn = titles.indexOf("PID");
    if (pidColumn < 0) {
      throw new ServiceException(ErrorCode.INTERNAL, "Couldn't find PID field in ps output");
    }
    List<List<String>> processes = new ArrayList<>();
    boolean itsOwn = false;
    for (String line : lines.subList(1, lines.size())) {
      List<String> fields = List.of(line.strip().split("\\s+", titles.size()));
      if (fields.size() > pidColumn) {
        String pid = fields.get(pidColumn);
        // A thread stands below its process, without a number of its own.
        itsOwn =
            pid.equals("-")
                ? itsOwn
                : pid.matches("[0-9]{1,9}") && pids.contains(Integer.valueOf(pid));
        if (itsOwn) {
          processes.add(fields);
        }
      }
    }
    return new ContainerTop(titles, processes);
  }
}
