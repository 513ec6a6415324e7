package dev.gantry.node.container;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.HealthConfig;
import dev.gantry.engine.HostConfig;
import dev.gantry.engine.LogConfig;
import dev.gantry.engine.RestartPolicy;
import dev.gantry.node.log.LogLimit;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Refuses what the engine refuses at create, with its words. */
final class CreateCheck {
  private static final Set<String> LOG_DRIVERS = Set.of("json-file", "local", "none");
  private static final Set<String> RESTARTS =
      Set.of("no", "always", "on-failure", "unless-stopped");

  private CreateCheck() {}

  static void check(ContainerConfig config, HostConfig host) {
    checkConfig(config);
    checkProcess(host);
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

  private static void checkProcess(HostConfig host) {
    require(host.shmSize() == null || host.shmSize() >= 0, "SHM size can not be less than 0");
    Integer score = host.oomScoreAdj();
    require(
        score == null || (score >= -1000 && score <= 1000),
        "Invalid value " + score + ", range for oom score adj is [-1000, 1000]");
  }

  private static void checkPolicies(HostConfig host) {
    checkRestart(host.restartPolicy(), ImageConfig.isTrue(host.autoRemove()));
    String driver = host.logConfig() == null ? null : host.logConfig().type();
    require(
        driver == null || LOG_DRIVERS.contains(driver),
        "logger: no log driver named '" + driver + "' is registered");
    checkLogOptions(host.logConfig());
    String isolation = host.isolation();
    require(
        isolation == null || isolation.isEmpty() || isolation.equals("default"),
        "Invalid isolation: \"" + isolation + "\" - linux only supports 'default'");
  }

  private static void checkLogOptions(@Nullable LogConfig log) {
    if (log != null && log.type() != null && log.config() != null) {
      try {
        Optional<LogLimit> unused = LogLimit.of(log.type(), log.config());
      } catch (IllegalArgumentException e) {
        throw new ServiceException(ErrorCode.INVALID, String.valueOf(e.getMessage()), e);
      }
    }
  }

  static void checkRestart(@Nullable RestartPolicy policy, boolean autoRemove) {
    String given = policy == null ? null : policy.name();
    String name = given == null || given.isEmpty() ? "no" : given;
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
        !autoRemove || name.equals("no"),
        "can't create 'AutoRemove' container with restart policy");
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

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new ServiceException(ErrorCode.INVALID, message);
    }
  }
}
