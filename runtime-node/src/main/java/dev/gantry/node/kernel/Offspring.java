package dev.gantry.node.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What came of a process that was put into a group of processes from outside, such as an exec: its
 * children to the last generation, and whoever is in its session, which children keep when their
 * parent dies. Only who made a session of its own and lost its parents too is not found.
 */
public final class Offspring {
  /** Each round finds what was forked during the one before; what was killed forks no more. */
  private static final int MOST_ROUNDS = 20;

  /** The processes of the group. */
  @FunctionalInterface
  public interface Group {
    Set<Integer> now() throws IOException;
  }

  private record Kin(int pid, int parent, int session, boolean alive) {}

  private final Group group;
  private final Set<Integer> sessions;
  private final Set<Integer> family;

  private Offspring(Group group, Set<Integer> sessions, Set<Integer> family) {
    this.group = group;
    this.sessions = sessions;
    this.family = family;
  }

  /**
   * Kills the process and what came of it; nothing where its number now means one that the group
   * made itself, or one of somebody else.
   */
  public static void kill(int first, Group group) throws IOException {
    Kin kin = read(first);
    if (kin == null) {
      new Offspring(group, Set.of(first), new HashSet<>()).kill();
      return;
    }
    Set<Integer> now = group.now();
    if (now.contains(first) && !now.contains(kin.parent())) {
      var sessions = new HashSet<>(List.of(first, kin.session()));
      new Offspring(group, sessions, new HashSet<>(List.of(first))).kill();
    }
  }

  private void kill() throws IOException {
    boolean found = true;
    for (int round = 0; found && round < MOST_ROUNDS; round++) {
      found = false;
      for (int pid : living()) {
        found |= killed(pid);
      }
    }
  }

  /** Who lives of the family, which grows by those who are found. */
  private Set<Integer> living() throws IOException {
    List<Kin> all = new ArrayList<>();
    for (int pid : group.now()) {
      Kin kin = read(pid);
      if (kin != null) {
        all.add(kin);
      }
    }
    boolean grown = true;
    while (grown) {
      grown = false;
      for (Kin kin : all) {
        if (family.contains(kin.parent()) || sessions.contains(kin.session())) {
          grown |= family.add(kin.pid());
        }
      }
    }
    Set<Integer> living = new HashSet<>();
    for (Kin kin : all) {
      if (kin.alive() && family.contains(kin.pid())) {
        living.add(kin.pid());
      }
    }
    return living;
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
