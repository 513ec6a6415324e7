package dev.gantry.node.runtime;

import dev.gantry.node.kernel.SeccompCompiler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Compiled filters, one for each set of capabilities: compiling takes as long as half a start. */
public final class SeccompFilters {
  private static final int EPERM = 1;
  private static final int ENOSYS = 38;

  private final Map<Set<String>, String> compiled = new ConcurrentHashMap<>();

  /** The filter for a process with these capabilities (without {@code CAP_}), in base64. */
  public String base64(Set<String> capabilities) {
    return compiled.computeIfAbsent(
        new TreeSet<>(capabilities), key -> compile(SeccompProfile.forCapabilities(key)));
  }

  private static String compile(SeccompProfile profile) {
    try (SeccompCompiler compiler = new SeccompCompiler(EPERM)) {
      profile.allowed().forEach(compiler::allow);
      for (SeccompProfile.Conditional rule : profile.conditionals()) {
        boolean masked = rule.comparison() == SeccompProfile.Comparison.MASKED_EQUAL;
        compiler.allowWhere(
            rule.syscall(),
            rule.argument(),
            rule.comparison().libseccomp,
            masked ? rule.mask() : rule.value(),
            masked ? rule.value() : 0);
      }
      if (profile.hidesClone3()) {
        compiler.deny("clone3", ENOSYS);
      }
      return Base64.getEncoder().encodeToString(compiler.compile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
