package dev.gantry.node.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A process and all that came of it: its children to the last generation, and whoever is in its
 * session, which children keep when their parent dies. Only who made a session of its own and lost
 * its parents too is not found.
 */
public final class Offspring {
  /** Each round finds what was forked during the one before; what was killed forks no more. */
  private static final int MOST_ROUNDS = 20;

  /** The processes that are looked at, for example those of a control group. */
  @FunctionalInterface
  public interface Candidates {
    Set<Integer> now() throws IOException;
  }

  private record Kin(int pid, int parent, int session, boolean alive) {}

  private Offspring() {}

  /** Kills them all; does nothing where {@code first} is not among the candidates. */
  public static void kill(int first, Candidates candidates) throws IOException {
    if (!candidates.now().contains(first)) {
      return;
    }
    Set<Integer> family = new HashSet<>(Set.of(first));
    for (int round = 0; round < MOST_ROUNDS; round++) {
      boolean found = false;
      for (int pid : family(first, family, candidates.now())) {
        found |= killed(pid);
      }
      if (!found) {
        return;
      }
    }
  }

  /** Who lives of the family, which grows by those who are found. */
  private static Set<Integer> family(int first, Set<Integer> family, Set<Integer> candidates) {
    Set<Kin> others = new HashSet<>();
    for (int pid : candidates) {
      Kin kin = read(pid);
      if (kin != null) {
        others.add(kin);
      }
    }
    Set<Integer> alive = new HashSet<>();
    boolean grown = true;
    while (grown) {
      grown = false;
      for (Kin kin : others) {
        if (family.contains(kin.pid()) || family.contains(kin.parent()) || kin.session() == first) {
          grown |= family.add(kin.pid());
          if (kin.alive()) {
            alive.add(kin.pid());
          }
        }
      }
    }
    return alive;
  }

  private static boolean killed(int pid) throws KernelException {
    var process = PidFd.open(pid);
    if (process.isEmpty()) {
      return false;
    }
    try (PidFd held = process.get()) {
      return held.signal(Spawner.SIGKILL);
    }
  }

  /** proc(5), stat: state, parent and session are the fields 3, 4 and 6. Null where it is gone. */
  private static @Nullable Kin read(int pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      boolean alive = !fields[0].equals("Z") && !fields[0].equals("X");
      return new Kin(pid, Integer.parseInt(fields[1]), Integer.parseInt(fields[3]), alive);
    } catch (IOException _) {
      return null;
    }
  }
}
