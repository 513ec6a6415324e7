package dev.gantry.node.bundle;

import static dev.gantry.node.bundle.ProcessPart.isTrue;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.ExecCreateRequest;
import dev.gantry.engine.HostConfig;
import dev.gantry.node.runtime.SeccompFilters;
import dev.gantry.node.runtime.SeccompProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes what the OCI runtime reads: the bundle of a container, and the process of an exec. */
public final class Bundles {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String INIT = "/sbin/docker-init";
  private static final List<Path> INITS =
      List.of(Path.of("/usr/bin/tini-static"), Path.of("/usr/bin/catatonit"));
  private static final List<String> MASKED =
      List.of(
          "/proc/acpi",
          "/proc/asound",
          "/proc/interrupts",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/sys/devices/virtual/powercap",
          "/sys/firmware");
  private static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  private final SeccompFilters filters;
  private final Set<String> available;
  private final String kernel;
  private final boolean appArmor;

  /**
   * @param available capabilities that the host lets anyone have
   * @param kernel the release of the host's kernel
   * @param appArmor whether that kernel knows AppArmor's profiles
   */
  public Bundles(SeccompFilters filters, Set<String> available, String kernel, boolean appArmor) {
    this.filters = filters;
    this.available = Set.copyOf(available);
    this.kernel = kernel;
    this.appArmor = appArmor;
  }

  /**
   * Writes {@code config.json} into {@code folder}.
   *
   * @throws Users.UnknownUserException where the image does not have the user
   */
  public void write(Path folder, BundleInput input) throws IOException, Users.UnknownUserException {
    ContainerConfig config = input.config();
    HostConfig host = input.host();
    Set<String> capabilities =
        Capabilities.of(isTrue(host.privileged()), host.capAdd(), host.capDrop(), available);
    SecurityOptions security = SecurityOptions.of(host);
    Users.Identity user = Users.resolve(input.rootfs(), config.user(), host.groupAdd());
    Users.requireFiles(input.mounts());
    ObjectNode bundle = JSON.createObjectNode();
    bundle.put("ociVersion", "1.0.2");
    List<BundleMount> mounts = new ArrayList<>(input.mounts());
    List<String> arguments = arguments(config, host, mounts);
    ObjectNode process =
        ProcessPart.of(
            arguments,
            ProcessPart.environment(
                input.hostname(), user.home(), isTrue(config.tty()), input.environment()),
            config.workingDir() == null ? "/" : config.workingDir(),
            user,
            isTrue(config.tty()),
            capabilities,
            security.noNewPrivileges());
    ProcessPart.addLimits(process, host);
    if (isTrue(config.tty())) {
      ProcessPart.addConsoleSize(process, host.consoleSize());
    }
    confine(process, security);
    if (host.oomScoreAdj() != null) {
      process.put("oomScoreAdj", host.oomScoreAdj());
    }
    bundle.set("process", process);
    bundle
        .putObject("root")
        .put("path", input.rootfs().toString())
        .put("readonly", isTrue(host.readonlyRootfs()));
    if (input.namespaces().containsKey("uts")) {
      bundle.put("hostname", input.hostname());
    }
    MountsPart.add(bundle, withMounts(input, mounts));
    linux(bundle, input, capabilities);
    Files.createDirectories(folder);
    Files.write(folder.resolve("config.json"), JSON.writeValueAsBytes(bundle));
  }

  /** Writes the process of an exec. */
  public void writeExec(Path file, ExecInput input) throws IOException, Users.UnknownUserException {
    ExecCreateRequest exec = input.exec();
    ContainerConfig config = input.config();
    HostConfig host = input.host();
    boolean privileged = isTrue(exec.privileged()) || isTrue(host.privileged());
    Set<String> capabilities =
        Capabilities.of(privileged, host.capAdd(), host.capDrop(), available);
    boolean asOther = exec.user() != null && !exec.user().isEmpty();
    Users.Identity user =
        Users.resolve(
            input.rootfs(),
            asOther ? exec.user() : config.user(),
            asOther ? null : host.groupAdd());
    Users.requireFiles(input.inside());
    List<String> variables = new ArrayList<>(input.environment());
    if (config.env() != null) {
      variables.addAll(config.env());
    }
    if (exec.env() != null) {
      variables.addAll(exec.env());
    }
    String folder =
        exec.workingDir() != null && !exec.workingDir().isEmpty()
            ? exec.workingDir()
            : config.workingDir() == null ? "/" : config.workingDir();
    boolean tty = isTrue(exec.tty());
    SecurityOptions security = SecurityOptions.of(host);
    ObjectNode process =
        ProcessPart.of(
            exec.cmd() == null ? List.of() : exec.cmd(),
            ProcessPart.environment(String.valueOf(config.hostname()), user.home(), tty, variables),
            folder,
            user,
            tty,
            capabilities,
            security.noNewPrivileges());
    confine(process, security);
    if (tty) {
      List<Integer> size = input.start().consoleSize();
      ProcessPart.addConsoleSize(process, size == null ? exec.consoleSize() : size);
    }
    Files.write(file, JSON.writeValueAsBytes(process));
  }

  /** Names the profile, where the kernel has any. */
  private void confine(ObjectNode process, SecurityOptions security) {
    if (appArmor && security.appArmor() != null) {
      process.put("apparmorProfile", security.appArmor());
    }
  }

  private static List<String> arguments(
      ContainerConfig config, HostConfig host, List<BundleMount> mounts) throws IOException {
    List<String> arguments = new ArrayList<>();
    if (isTrue(host.init())) {
      Path init =
          INITS.stream()
              .filter(Files::isExecutable)
              .findFirst()
              .orElseThrow(
                  () -> new IOException("cannot run an init: none of " + INITS + " is installed"));
      mounts.add(new BundleMount("bind", init.toString(), INIT, List.of("bind", "ro")));
      arguments.addAll(List.of(INIT, "--"));
    }
    if (config.entrypoint() != null) {
      arguments.addAll(config.entrypoint());
    }
    if (config.cmd() != null) {
      arguments.addAll(config.cmd());
    }
    return arguments;
  }

  private static BundleInput withMounts(BundleInput input, List<BundleMount> mounts) {
    return new BundleInput(
        input.id(),
        input.runtime(),
        input.hostname(),
        input.config(),
        input.host(),
        input.environment(),
        input.rootfs(),
        input.etc(),
        mounts,
        input.namespaces(),
        input.cgroupsPath());
  }

  private void linux(ObjectNode bundle, BundleInput input, Set<String> capabilities)
      throws IOException {
    HostConfig host = input.host();
    ObjectNode linux = bundle.putObject("linux");
    linux.put("cgroupsPath", input.cgroupsPath());
    var namespaces = linux.putArray("namespaces");
    namespaces.addObject().put("type", "mount");
    input
        .namespaces()
        .forEach(
            (kind, path) -> {
              ObjectNode namespace = namespaces.addObject().put("type", kind);
              if (!path.isEmpty()) {
                namespace.put("path", path);
              }
            });
    MountsPart.propagation(input.mounts())
        .ifPresent(propagation -> linux.put("rootfsPropagation", propagation));
    ResourcesPart.add(linux, host);
    if (!isTrue(host.privileged())) {
      paths(linux, "maskedPaths", host.maskedPaths(), MASKED);
      paths(linux, "readonlyPaths", host.readonlyPaths(), READ_ONLY);
    }
    ObjectNode annotations = bundle.putObject("annotations");
    if (host.annotations() != null) {
      host.annotations().forEach(annotations::put);
    }
    seccomp(linux, annotations, input, capabilities);
    ObjectNode sysctl = linux.putObject("sysctl");
    boolean joins = String.valueOf(host.networkMode()).startsWith("container:");
    if (input.namespaces().containsKey("network") && !joins) {
      sysctl.put("net.ipv4.ip_unprivileged_port_start", "0");
      sysctl.put("net.ipv4.ping_group_range", "0 2147483647");
    }
    String domain = input.config().domainname();
    if (domain != null && !domain.isEmpty() && input.namespaces().containsKey("uts")) {
      sysctl.put("kernel.domainname", domain);
    }
    if (host.sysctls() != null) {
      host.sysctls().forEach(sysctl::put);
    }
  }

  private void seccomp(
      ObjectNode linux, ObjectNode annotations, BundleInput input, Set<String> capabilities) {
    HostConfig host = input.host();
    SecurityOptions security = SecurityOptions.of(host);
    if (security.isUnconfined(isTrue(host.privileged()))) {
      return;
    }
    if (security.seccomp() != null) {
      linux.set("seccomp", new CustomSeccomp(capabilities, kernel).toOci(security.seccomp()));
      return;
    }
    switch (input.runtime()) {
      case CRUN -> annotations.put("run.oci.seccomp_bpf_data", filters.base64(capabilities));
      case RUNC -> linux.set("seccomp", SeccompProfile.forCapabilities(capabilities).toOci());
    }
  }

  /** Of our own, which are the kernel's, only those that it has. */
  private static void paths(
      ObjectNode linux, String name, @Nullable List<String> asked, List<String> own) {
    var array = linux.putArray(name);
    if (asked == null) {
      own.stream().filter(path -> Files.exists(Path.of(path))).forEach(array::add);
    } else {
      asked.forEach(array::add);
    }
  }
}
