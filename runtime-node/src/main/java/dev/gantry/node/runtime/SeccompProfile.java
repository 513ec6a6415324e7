package dev.gantry.node.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The default filter of system calls: what is not listed in {@code seccomp.json} fails with EPERM;
 * {@code clone3} fails with ENOSYS, so that C libraries fall back to {@code clone}, whose flags a
 * filter can read; new namespaces, odd personalities, VSOCK sockets and typing into another's
 * terminal are refused.
 */
public final class SeccompProfile {
  /**
   * One rule beyond the plain list; conditions on an argument as in runtime-spec, config-linux.md,
   * "Seccomp".
   */
  record Conditional(String syscall, int argument, Comparison comparison, long value, long mask) {}

  enum Comparison {
    NOT_EQUAL("SCMP_CMP_NE", 1),
    EQUAL("SCMP_CMP_EQ", 4),
    MASKED_EQUAL("SCMP_CMP_MASKED_EQ", 7);

    final String oci;
    final int libseccomp;

    Comparison(String oci, int libseccomp) {
      this.oci = oci;
      this.libseccomp = libseccomp;
    }
  }

  private static final long NAMESPACE_FLAGS = 0x7E020000L;
  private static final int AF_VSOCK = 40;
  private static final int ENOSYS = 38;

  private record Lists(List<String> allow, Map<String, List<String>> allowWithCapability) {}

  private final Set<String> allowed;
  private final List<Conditional> conditionals;
  private final boolean clone3;

  private SeccompProfile(Set<String> allowed, List<Conditional> conditionals, boolean clone3) {
    this.allowed = allowed;
    this.conditionals = conditionals;
    this.clone3 = clone3;
  }

  /**
   * The profile for a process with these capabilities.
   *
   * @param capabilities without {@code CAP_}
   */
  public static SeccompProfile forCapabilities(Set<String> capabilities) {
    Lists lists = read();
    Set<String> allowed = new TreeSet<>(lists.allow());
    lists
        .allowWithCapability()
        .forEach(
            (capability, calls) -> {
              if (capabilities.contains(capability)) {
                allowed.addAll(calls);
              }
            });
    List<Conditional> conditionals = new ArrayList<>();
    for (long personality : new long[] {0, 8, 0x20000, 0x20008, 0xffffffffL}) {
      conditionals.add(new Conditional("personality", 0, Comparison.EQUAL, personality, 0));
    }
    conditionals.add(new Conditional("socket", 0, Comparison.NOT_EQUAL, AF_VSOCK, 0));
    boolean clone3 = allowed.contains("clone3");
    if (!allowed.contains("clone")) {
      conditionals.add(new Conditional("clone", 0, Comparison.MASKED_EQUAL, 0, NAMESPACE_FLAGS));
    }
    return new SeccompProfile(allowed, conditionals, clone3);
  }

  Set<String> allowed() {
    return allowed;
  }

  List<Conditional> conditionals() {
    return conditionals;
  }

  /** Whether {@code clone3} must be answered as if the kernel had none. */
  boolean hidesClone3() {
    return !clone3;
  }

  /** As an OCI runtime reads it (runtime-spec, config-linux.md, "Seccomp"). */
  public ObjectNode toOci() {
    ObjectNode seccomp = JsonMapper.shared().createObjectNode();
    seccomp.put("defaultAction", "SCMP_ACT_ERRNO").put("defaultErrnoRet", 1);
    seccomp
        .putArray("architectures")
        .add("SCMP_ARCH_X86_64")
        .add("SCMP_ARCH_X86")
        .add("SCMP_ARCH_X32");
    ArrayNode rules = seccomp.putArray("syscalls");
    ObjectNode plain = rules.addObject();
    allowed.forEach(plain.putArray("names")::add);
    plain.put("action", "SCMP_ACT_ALLOW");
    for (Conditional rule : conditionals) {
      ObjectNode conditional = rules.addObject();
      conditional.putArray("names").add(rule.syscall());
      conditional.put("action", "SCMP_ACT_ALLOW");
      ObjectNode condition = conditional.putArray("args").addObject();
      boolean masked = rule.comparison() == Comparison.MASKED_EQUAL;
      condition.put("index", rule.argument()).put("value", masked ? rule.mask() : rule.value());
      condition.put("valueTwo", masked ? rule.value() : 0).put("op", rule.comparison().oci);
    }
    if (hidesClone3()) {
      ObjectNode hidden = rules.addObject();
      hidden.putArray("names").add("clone3");
      hidden.put("action", "SCMP_ACT_ERRNO").put("errnoRet", ENOSYS);
    }
    return seccomp;
  }

  private static Lists read() {
    try (InputStream json = SeccompProfile.class.getResourceAsStream("seccomp.json")) {
      if (json == null) {
        throw new IllegalStateException("seccomp.json is not on the class path");
      }
      return JsonMapper.shared().readValue(json, Lists.class);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
