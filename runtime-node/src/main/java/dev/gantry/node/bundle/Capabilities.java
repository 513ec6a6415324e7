package dev.gantry.node.bundle;

import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which capabilities a container's processes have (capabilities(7)); names without {@code CAP_}.
 */
public final class Capabilities {
  /** The fourteen of a container that asks for nothing. */
  public static final Set<String> DEFAULT =
      Set.of(
          "CHOWN",
          "DAC_OVERRIDE",
          "FSETID",
          "FOWNER",
          "MKNOD",
          "NET_RAW",
          "SETGID",
          "SETUID",
          "SETFCAP",
          "SETPCAP",
          "NET_BIND_SERVICE",
          "SYS_CHROOT",
          "KILL",
          "AUDIT_WRITE");

  /** By number (linux/capability.h). */
  private static final List<String> NUMBERED =
      List.of(
          "CHOWN",
          "DAC_OVERRIDE",
          "DAC_READ_SEARCH",
          "FOWNER",
          "FSETID",
          "KILL",
          "SETGID",
          "SETUID",
          "SETPCAP",
          "LINUX_IMMUTABLE",
          "NET_BIND_SERVICE",
          "NET_BROADCAST",
          "NET_ADMIN",
          "NET_RAW",
          "IPC_LOCK",
          "IPC_OWNER",
          "SYS_MODULE",
          "SYS_RAWIO",
          "SYS_CHROOT",
          "SYS_PTRACE",
          "SYS_PACCT",
          "SYS_ADMIN",
          "SYS_BOOT",
          "SYS_NICE",
          "SYS_RESOURCE",
          "SYS_TIME",
          "SYS_TTY_CONFIG",
          "MKNOD",
          "LEASE",
          "AUDIT_WRITE",
          "AUDIT_CONTROL",
          "SETFCAP",
          "MAC_OVERRIDE",
          "MAC_ADMIN",
          "SYSLOG",
          "WAKE_ALARM",
          "BLOCK_SUSPEND",
          "AUDIT_READ",
          "PERFMON",
          "BPF",
          "CHECKPOINT_RESTORE");

  private static final Set<String> ALL = Set.copyOf(NUMBERED);

  private Capabilities() {}

  /**
   * @param available what the host lets anyone have; a privileged container gets no more
   * @throws ServiceException for a name that is no capability
   */
  public static Set<String> of(
      boolean privileged,
      @Nullable List<String> add,
      @Nullable List<String> drop,
      Set<String> available) {
    Set<String> granted = new TreeSet<>(privileged ? ALL : DEFAULT);
    Set<String> added = names("CapAdd", add);
    Set<String> dropped = names("CapDrop", drop);
    if (added.remove("ALL")) {
      granted.addAll(ALL);
    }
    if (dropped.remove("ALL")) {
      granted.clear();
    }
    granted.addAll(added);
    granted.removeAll(dropped);
    granted.retainAll(available);
    return granted;
  }

  /** The capabilities of a mask as the kernel prints it (proc(5), status, {@code CapBnd}). */
  public static Set<String> ofMask(long mask) {
    Set<String> names = new TreeSet<>();
    for (int i = 0; i < NUMBERED.size(); i++) {
      if ((mask >>> i & 1) != 0) {
        names.add(NUMBERED.get(i));
      }
    }
    return names;
  }

  /**
   * @param field whose names they are, for the message
   * @throws ServiceException for a name that is no capability
   */
  static void check(String field, @Nullable List<String> given) {
    var unused = names(field, given);
  }

  private static Set<String> names(String field, @Nullable List<String> given) {
    Set<String> names = new TreeSet<>();
    for (String one : given == null ? List.<String>of() : given) {
      String name = one.toUpperCase(Locale.ROOT).replaceFirst("^CAP_", "");
      if (!name.equals("ALL") && !ALL.contains(name)) {
        throw new ServiceException(
            ErrorCode.INVALID, "invalid " + field + ": unknown capability: \"CAP_" + name + "\"");
      }
      names.add(name);
    }
    return names;
  }
}
