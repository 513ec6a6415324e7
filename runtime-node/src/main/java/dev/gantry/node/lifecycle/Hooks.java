package dev.gantry.node.lifecycle;

import dev.gantry.node.container.ContainerRecord;
import dev.gantry.services.FaultPoints;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The hooks in their order. What fails on the way up is taken down at once, last first. */
final class Hooks {
  private static final Logger log = LoggerFactory.getLogger(Hooks.class);

  private final List<Hook> hooks;
  private final FaultPoints faults;

  Hooks(List<Hook> hooks, FaultPoints faults) {
    this.hooks = List.copyOf(hooks);
    this.faults = faults;
  }

  void up(Assembly assembly) throws IOException {
    try {
      hooks.forEach(Hook::prepare);
      for (Hook hook : hooks) {
        faults.pass("start.before" + capital(hook.name()));
        long start = System.nanoTime();
        hook.up(assembly);
        log.debug("{} up in {} µs", hook.name(), (System.nanoTime() - start) / 1000);
      }
      faults.pass("start.afterRuntime");
    } catch (IOException | RuntimeException e) {
      try {
        down(assembly.soFar());
      } catch (IOException undo) {
        e.addSuppressed(undo);
      }
      throw e;
    }
  }

  /** Takes everything down; goes on where one fails, and tells the first failure at the end. */
  void down(ContainerRecord record) throws IOException {
    IOException first = null;
    for (Hook hook : hooks.reversed()) {
      try {
        long start = System.nanoTime();
        hook.down(record);
        log.debug("{} down in {} µs", hook.name(), (System.nanoTime() - start) / 1000);
      } catch (IOException | RuntimeException e) {
        log.warn("cannot undo {} of {}: {}", hook.name(), record.id(), e.toString());
        if (first == null) {
          first = new IOException("cannot undo " + hook.name() + ": " + e.getMessage(), e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private static String capital(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }
}
