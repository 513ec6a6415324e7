package dev.gantry.node.container;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.HealthConfig;
import dev.gantry.engine.HostConfig;
import dev.gantry.engine.RestartPolicy;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Refuses what the engine refuses at create, with its words. */
final class CreateCheck {
  private static final long MIN_MEMORY = 6L << 20;
  private static final Set<String> LOG_DRIVERS = Set.of("json-file", "local", "none");
  private static final Set<String> RESTARTS =
      Set.of("no", "always", "on-failure", "unless-stopped");

  private final int cpus;

  CreateCheck(int cpus) {
    this.cpus = cpus;
  }

  void check(ContainerConfig config, HostConfig host) {
    checkConfig(config);
    checkMemory(host);
    checkCpu(host);
    checkPolicies(host);
    checkHealth(config.healthcheck());
  }

  private static void checkConfig(ContainerConfig config) {
    require(
        !ImageConfig.orEmpty(config.entrypoint()).isEmpty()
            || !ImageConfig.orEmpty(config.cmd()).isEmpty(),
        "no command specified");
    String directory = config.workingDir();
    require(
        directory == null || directory.isEmpty() || directory.startsWith("/"),
        "the working directory '" + directory + "' is invalid, it needs to be an absolute path");
    for (String variable : ImageConfig.orEmpty(config.env())) {
      require(!variable.startsWith("="), "invalid environment variable: " + variable);
      require(variable.indexOf('\0') < 0, "invalid environment variable: contains a zero byte");
    }
    String hostname = config.hostname();
    require(
        hostname == null || hostname.length() <= 64,
        "invalid hostname: " + hostname + " is longer than 64 characters");
    Signals.parse(config.stopSignal());
  }

  private static void checkMemory(HostConfig host) {
    long memory = number(host.memory());
    long swap = number(host.memorySwap());
    long reservation = number(host.memoryReservation());
    require(memory == 0 || memory >= MIN_MEMORY, "Minimum memory limit allowed is 6MB");
    require(
        memory == 0 || swap <= 0 || swap >= memory,
        "Minimum memoryswap limit should be larger than memory limit, see usage");
    require(
        memory > 0 || swap <= 0,
        "You should always set the Memory limit when using Memoryswap limit, see usage");
    require(
        reservation == 0 || reservation >= MIN_MEMORY, "Minimum memory reservation allowed is 6MB");
    require(
        reservation == 0 || memory == 0 || memory >= reservation,
        "Minimum memory limit can not be less than memory reservation limit, see usage");
    Integer swappiness = host.memorySwappiness();
    require(
        swappiness == null || (swappiness >= 0 && swappiness <= 100),
        "Invalid value: " + swappiness + ", valid memory swappiness range is 0-100");
    require(number(host.shmSize()) >= 0, "SHM size can not be less than 0");
    Integer score = host.oomScoreAdj();
    require(
        score == null || (score >= -1000 && score <= 1000),
        "Invalid value " + score + ", range for oom score adj is [-1000, 1000]");
  }

  private void checkCpu(HostConfig host) {
    long nano = number(host.nanoCpus());
    long period = number(host.cpuPeriod());
    long quota = number(host.cpuQuota());
    require(
        nano == 0 || period == 0,
        "Conflicting options: Nano CPUs and CPU Period cannot both be set");
    require(
        nano == 0 || quota == 0, "Conflicting options: Nano CPUs and CPU Quota cannot both be set");
    require(
        nano == 0 || (nano >= 10_000_000L && nano <= cpus * 1_000_000_000L),
        "Range of CPUs is from 0.01 to %d.00, as there are only %d CPUs available"
            .formatted(cpus, cpus));
    require(
        period == 0 || (period >= 1000 && period <= 1_000_000),
        "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
    require(quota <= 0 || quota >= 1000, "CPU cfs quota can not be less than 1ms (i.e. 1000)");
    Integer weight = host.blkioWeight();
    require(
        weight == null || weight == 0 || (weight >= 10 && weight <= 1000),
        "Range of blkio weight is from 10 to 1000");
    checkCpuSet(host.cpusetCpus());
  }

  private void checkCpuSet(@Nullable String set) {
    if (set == null || set.isEmpty()) {
      return;
    }
    for (String part : set.split(",", -1)) {
      String[] ends = part.split("-", 2);
      for (String end : ends) {
        require(end.matches("[0-9]{1,6}"), "Invalid value " + set + " for cpuset cpus");
        require(
            Integer.parseInt(end) < cpus,
            "Requested CPUs are not available - requested %s, available: 0-%d"
                .formatted(set, cpus - 1));
      }
    }
  }

  private static void checkPolicies(HostConfig host) {
    RestartPolicy policy = host.restartPolicy();
    String name = policy == null || policy.name() == null ? "no" : policy.name();
    int retries =
        policy == null || policy.maximumRetryCount() == null ? 0 : policy.maximumRetryCount();
    require(
        RESTARTS.contains(name),
        "invalid restart policy: unknown policy '%s'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"
            .formatted(name));
    require(retries >= 0, "invalid restart policy: maximum retry count cannot be negative");
    require(
        retries == 0 || name.equals("on-failure"),
        "invalid restart policy: maximum retry count can only be used with 'on-failure'");
    require(
        !ImageConfig.isTrue(host.autoRemove()) || name.equals("no"),
        "can't create 'AutoRemove' container with restart policy");
    String driver = host.logConfig() == null ? null : host.logConfig().type();
    require(
        driver == null || LOG_DRIVERS.contains(driver),
        "logger: no log driver named '" + driver + "' is registered");
    String isolation = host.isolation();
    require(
        isolation == null || isolation.isEmpty() || isolation.equals("default"),
        "invalid isolation '" + isolation + "' on linux");
  }

  private static void checkHealth(@Nullable HealthConfig health) {
    if (health == null) {
      return;
    }
    requireDuration("Interval", health.interval());
    requireDuration("Timeout", health.timeout());
    requireDuration("StartPeriod", health.startPeriod());
    requireDuration("StartInterval", health.startInterval());
    require(
        health.retries() == null || health.retries() >= 0,
        "Retries in Healthcheck cannot be negative");
    String fault = HealthCheck.fault(health);
    require(fault == null, String.valueOf(fault));
  }

  private static void requireDuration(String name, @Nullable Long nanos) {
    require(
        nanos == null || nanos == 0 || nanos >= 1_000_000,
        name + " in Healthcheck cannot be less than 1ms");
  }

  private static long number(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new ServiceException(ErrorCode.INVALID, message);
    }
  }
}
