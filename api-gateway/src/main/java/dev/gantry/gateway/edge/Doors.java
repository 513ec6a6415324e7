package dev.gantry.gateway.edge;

import dev.gantry.gateway.GatewaySettings;
import dev.gantry.services.TlsFiles;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.apache.tomcat.websocket.server.WsSci;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/** Opens the public connectors beside the internal one, which is the framework's own. */
public final class Doors implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
  /**
   * A stream that we end is half-closed at once, and closed when the connector looks at its sockets
   * next. A client that goes on sending is to find out soon: some wait half a second.
   */
  private static final int CLOSED_WITHIN_MILLIS = 100;

  private static final int LONGEST_HEAD = 64 << 10;

  private final GatewaySettings.Edge settings;
  private final TlsFiles tls;
  private final Connector team = team();

  public Doors(GatewaySettings.Edge settings, TlsFiles tls) {
    this.settings = settings;
    this.tls = tls;
  }

  @Override
  public void customize(TomcatServletWebServerFactory factory) {
    Map<Connector, Door> doors = new LinkedHashMap<>();
    if (!settings.socket().isEmpty()) {
      UnixSocket.prepare(settings.socketPath());
      doors.put(unix(), Door.UNIX);
    }
    if (!settings.tcp().isEmpty()) {
      LoopbackAddress address = LoopbackAddress.parse(settings.tcp());
      Connector connector = connector("http-loopback");
      connector.setPort(address.port());
      connector.setProperty("address", address.host());
      doors.put(connector, Door.LOOPBACK);
    }
    if (!settings.tls().isEmpty()) {
      doors.put(tls(), Door.TLS);
    }
    doors.put(team, Door.TEAM);
    factory.addAdditionalConnectors(doors.keySet().toArray(Connector[]::new));
    factory.addContextCustomizers(
        context -> context.addServletContainerInitializer(new WsSci(), Set.of()));
    factory.addEngineValves(new DoorValve(Map.copyOf(doors)));
  }

  /** What can only be done to a socket that exists. */
  public void opened() {
    if (!settings.socket().isEmpty()) {
      UnixSocket.giveTo(settings.socketPath(), settings.group());
    }
  }

  /** Where {@link TeamDoor} connects to. */
  public int teamPort() {
    return team.getLocalPort();
  }

  /** At any port that is free. */
  private static Connector team() {
    Connector connector = connector("http-team");
    connector.setPort(0);
    connector.setProperty("address", TeamDoor.ADDRESS);
    return connector;
  }

  private Connector unix() {
    Connector connector = connector("http-unix");
    connector.setProperty("unixDomainSocketPath", settings.socket());
    connector.setProperty("unixDomainSocketPathPermissions", "rw-rw----");
    return connector;
  }

  private Connector tls() {
    HostAndPort address = HostAndPort.parse(settings.tls());
    Connector connector = connector("http-tls");
    connector.setPort(address.port());
    connector.setProperty("address", address.host());
    connector.setSecure(true);
    connector.setScheme("https");
    connector.setProperty("SSLEnabled", "true");
    SSLHostConfig host = new SSLHostConfig();
    host.setCertificateVerification("required");
    host.setTrustStore(tls.clientsAuthority());
    host.setProtocols("TLSv1.2+TLSv1.3");
    SSLHostConfigCertificate certificate =
        new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
    certificate.setCertificateFile(tls.certificate().toString());
    certificate.setCertificateKeyFile(tls.key().toString());
    host.addCertificate(certificate);
    connector.addSslHostConfig(host);
    return connector;
  }

  private static Connector connector(String name) {
    DoorProtocol protocol = new DoorProtocol();
    protocol.setExecutor(new VirtualThreadExecutor(name + "-"));
    protocol.setSelectorTimeout(CLOSED_WITHIN_MILLIS);
    Connector connector = new Connector(protocol);
    lenient(protocol);
    connector.setEncodedSolidusHandling("passthrough");
    connector.setXpoweredBy(false);
    return connector;
  }

  /** What clients of the engine have always been allowed: raw JSON in a query, no idle time. */
  private static void lenient(AbstractHttp11Protocol<?> protocol) {
    protocol.setRelaxedQueryChars("\"<>[\\]^`{|}");
    protocol.setRelaxedPathChars("\"<>[\\]^`{|}");
    protocol.setMaxHttpRequestHeaderSize(LONGEST_HEAD);
    protocol.setMaxKeepAliveRequests(-1);
    protocol.setKeepAliveTimeout(180_000);
    protocol.setConnectionTimeout(60_000);
    protocol.setDisableUploadTimeout(true);
    protocol.setTcpNoDelay(true);
    protocol.setMaxSwallowSize(2 << 20);
  }
}
