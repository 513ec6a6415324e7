package dev.gantry.gateway;

import dev.gantry.services.SettingsCheck;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The gateway's settings.
 *
 * @param certs folder of certificates and keys
 * @param cert name of ours in it
 * @param kafka host and port of the broker
 * @param data folder of our own
 * @param instance this gateway's name among others
 * @param services where services are that have not said so themselves
 * @param faultPoints places at which to fail, for crash tests
 */
@ConfigurationProperties(prefix = "gantry", ignoreUnknownFields = false)
public record GatewaySettings(
    String certs,
    String cert,
    String kafka,
    String data,
    String instance,
    Edge edge,
    Database database,
    Services services,
    String faultPoints) {

  public GatewaySettings {
    new SettingsCheck()
        .require(!certs.isEmpty(), "gantry.certs", "must name a folder")
        .require(!cert.isEmpty(), "gantry.cert", "must name a certificate")
        .require(!data.isEmpty(), "gantry.data", "must name a folder")
        .require(
            !edge.socket.isEmpty() || !edge.tcp.isEmpty() || !edge.tls.isEmpty(),
            "gantry.edge",
            "must open at least one of socket, tcp and tls")
        .require(
            edge.socket.length() < 100, "gantry.edge.socket", "must be shorter than 100 characters")
        .done();
  }

  /**
   * The public doors; empty means closed.
   *
   * @param socket path of the unix socket
   * @param group whose members may use the socket
   * @param tcp address and port for plain TCP, on loopback only
   * @param tls address and port for TLS
   * @param clients the authority of clients' certificates
   * @param socketTeams teams whose containers may have the team's socket; {@code *} for all
   */
  public record Edge(
      String socket,
      String group,
      String tcp,
      String tls,
      String clients,
      List<String> socketTeams) {
    public Edge {
      socketTeams = List.copyOf(socketTeams);
    }

    public Path socketPath() {
      return Path.of(socket);
    }
  }

  /** PostgreSQL; the password comes from the driver's own file, PGPASSFILE. */
  public record Database(String url, String user) {}

  /** Base URLs, comma separated. */
  public record Services(String image, String network, String log, String audit) {
    Map<String, List<URI>> byName() {
      Map<String, List<URI>> all = new HashMap<>();
      all.put("image-service", uris(image));
      all.put("network-service", uris(network));
      all.put("log-service", uris(log));
      all.put("audit-service", uris(audit));
      return Map.copyOf(all);
    }

    private static List<URI> uris(String list) {
      return List.of(list.split(",")).stream()
          .map(String::strip)
          .filter(text -> !text.isEmpty())
          .map(URI::create)
          .toList();
    }
  }
}
