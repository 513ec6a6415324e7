package dev.gantry.ops.standalone;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where the broker is, from the environment.
 *
 * @param bind address that clients connect to
 * @param port of clients ({@code GANTRY_KAFKA})
 * @param controllerPort on loopback only
 * @param certs folder with {@code ca.pem}, {@code CERT.pem} and {@code CERT.key}
 */
record BrokerSettings(
    String bind, int port, int controllerPort, Path data, Path certs, String cert) {

  static BrokerSettings of(Map<String, String> environment) {
    String[] kafka = require(environment, "GANTRY_KAFKA").split(":");
    return new BrokerSettings(
        kafka[0],
        Integer.parseInt(kafka[1]),
        Integer.parseInt(kafka[1]) + 1,
        Path.of(require(environment, "GANTRY_KAFKA_DATA")),
        Path.of(require(environment, "GANTRY_CERTS")),
        environment.getOrDefault("GANTRY_CERT", "control"));
  }

  private static String require(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null || value.isEmpty()) {
      throw new IllegalArgumentException("the variable " + name + " must be set");
    }
    return value;
  }
}
