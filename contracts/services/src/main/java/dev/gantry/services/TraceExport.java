package dev.gantry.services;

import java.util.Map;
import java.util.Properties;

/**
 * Settings of tracing, the same for every process. {@code GANTRY_OTLP_ENDPOINT} names where spans
 * go by OTLP over HTTP, for example {@code http://collector:4318/v1/traces}, and {@code
 * GANTRY_OTLP_SAMPLING} how many of the traces that begin here, from 0 to 1 (default 1). Without
 * the first, nothing is recorded; trace ids are made and passed on all the same, as the audit trail
 * has them.
 */
public final class TraceExport {
  private static final String ENDPOINT = "GANTRY_OTLP_ENDPOINT";
  private static final String SAMPLING = "GANTRY_OTLP_SAMPLING";

  private TraceExport() {}

  /** Settings of Spring Boot for an environment. */
  public static Properties settings(Map<String, String> environment) {
    String endpoint = environment.getOrDefault(ENDPOINT, "");
    Properties settings = new Properties();
    settings.setProperty("management.tracing.propagation.type", "w3c");
    settings.setProperty("management.tracing.baggage.enabled", "false");
    settings.setProperty("management.logging.export.otlp.enabled", "false");
    if (endpoint.isEmpty()) {
      settings.setProperty("management.tracing.export.otlp.enabled", "false");
      settings.setProperty("management.tracing.sampling.probability", "0");
    } else {
      settings.setProperty("management.opentelemetry.tracing.export.otlp.endpoint", endpoint);
      settings.setProperty(
          "management.tracing.sampling.probability", environment.getOrDefault(SAMPLING, "1"));
    }
    return settings;
  }
}
