package dev.gantry.node.bundle;

import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A client's own profile of system calls, in the engine's form: as the OCI runtime's form, with
 * rules that hold only for some capabilities, processors or kernels.
 */
final class CustomSeccomp {
  private static final String ARCH =
      System.getProperty("os.arch", "").equals("aarch64") ? "arm64" : "amd64";
  private static final String NATIVE =
      ARCH.equals("arm64") ? "SCMP_ARCH_AARCH64" : "SCMP_ARCH_X86_64";

  private final Set<String> capabilities;
  private final String kernel;

  /**
   * @param capabilities of the process, without {@code CAP_}
   * @param kernel its release, for example {@code 6.1.0-13-amd64}
   */
  CustomSeccomp(Set<String> capabilities, String kernel) {
    this.capabilities = capabilities;
    this.kernel = kernel;
  }

  /**
   * @throws ServiceException where the text is no profile
   */
  ObjectNode toOci(String text) {
    JsonNode tree;
    try {
      tree = JsonMapper.shared().readTree(text);
    } catch (JacksonException e) {
      throw invalid("Decoding seccomp profile failed: " + e.getOriginalMessage());
    }
    if (!(tree instanceof ObjectNode profile) || !profile.path("defaultAction").isString()) {
      throw invalid("Decoding seccomp profile failed: it has no defaultAction");
    }
    ObjectNode seccomp = JsonMapper.shared().createObjectNode();
    copy(profile, seccomp, "defaultAction", "defaultErrnoRet", "flags");
    architectures(profile, seccomp);
    ArrayNode rules = seccomp.putArray("syscalls");
    for (JsonNode rule : profile.path("syscalls")) {
      if (applies(rule)) {
        rule(rule, rules.addObject());
      }
    }
    return seccomp;
  }

  private static void copy(JsonNode from, ObjectNode to, String... names) {
    for (String name : names) {
      if (from.hasNonNull(name)) {
        to.set(name, from.get(name));
      }
    }
  }

  private static void architectures(ObjectNode profile, ObjectNode seccomp) {
    boolean mapped = !profile.path("archMap").isEmpty();
    if (mapped && !profile.path("architectures").isEmpty()) {
      throw invalid(
          "both 'architectures' and 'archMap' are specified in the seccomp profile, use either"
              + " 'architectures' or 'archMap'");
    }
    if (!mapped) {
      copy(profile, seccomp, "architectures");
      return;
    }
    for (JsonNode entry : profile.get("archMap")) {
      if (entry.path("architecture").asString("").equals(NATIVE)) {
        ArrayNode all = seccomp.putArray("architectures").add(NATIVE);
        entry.path("subArchitectures").forEach(all::add);
      }
    }
  }

  private static void rule(JsonNode rule, ObjectNode target) {
    boolean many = !rule.path("names").isEmpty();
    boolean one = !rule.path("name").asString("").isEmpty();
    if (many && one) {
      throw invalid(
          "both 'name' and 'names' are specified in the seccomp profile, use either 'name' or"
              + " 'names'");
    }
    ArrayNode names = target.putArray("names");
    if (one) {
      names.add(rule.get("name"));
    } else {
      rule.path("names").forEach(names::add);
    }
    copy(rule, target, "action", "errnoRet");
    if (!rule.path("args").isEmpty()) {
      target.set("args", rule.get("args"));
    }
  }

  private boolean applies(JsonNode rule) {
    JsonNode includes = rule.path("includes");
    JsonNode excludes = rule.path("excludes");
    boolean included =
        includes.path("caps").valueStream().allMatch(this::has)
            && (includes.path("arches").isEmpty() || names(includes.get("arches"), ARCH))
            && (!includes.hasNonNull("minKernel") || isAtLeast(includes.get("minKernel")));
    boolean excluded =
        excludes.path("caps").valueStream().anyMatch(this::has)
            || names(excludes.path("arches"), ARCH)
            || (excludes.hasNonNull("minKernel") && isAtLeast(excludes.get("minKernel")));
    return included && !excluded;
  }

  private boolean has(JsonNode capability) {
    return capabilities.contains(capability.asString("").replaceFirst("^CAP_", ""));
  }

  private static boolean names(JsonNode list, String name) {
    return list.valueStream().anyMatch(one -> one.asString("").equals(name));
  }

  private boolean isAtLeast(JsonNode version) {
    int[] wanted = numbers(version.asString(""));
    int[] present = numbers(kernel);
    return present[0] != wanted[0] ? present[0] > wanted[0] : present[1] >= wanted[1];
  }

  private static int[] numbers(String version) {
    String[] parts = version.split("[^0-9]+", 3);
    try {
      return new int[] {
        Integer.parseInt(parts[0]), parts.length > 1 ? Integer.parseInt(parts[1]) : 0
      };
    } catch (NumberFormatException _) {
      throw invalid("invalid kernel version: " + version);
    }
  }

  private static ServiceException invalid(String message) {
    return new ServiceException(ErrorCode.INVALID, message);
  }
}
