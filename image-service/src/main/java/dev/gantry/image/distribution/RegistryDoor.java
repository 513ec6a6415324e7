package dev.gantry.image.distribution;

import dev.gantry.image.repository.DistributionError;
import dev.gantry.image.repository.DistributionException;
import dev.gantry.services.CertificateSubject;
import dev.gantry.services.TlsFiles;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.catalina.Globals;
import org.apache.catalina.Valve;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * The registry's own connectors beside the internal one: plain on loopback, and TLS, where a
 * certificate may name team and user. What comes through them is answered before anything of the
 * internal interface is reached, and the registry is reached through nothing else.
 */
public final class RegistryDoor
    implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
  private final Connector plain;
  private final List<Connector> connectors = new ArrayList<>();
  private final Registry registry;

  /**
   * @param tls where else to listen; empty for nowhere
   */
  public RegistryDoor(
      RegistryAddress loopback, Optional<RegistryAddress> tls, TlsFiles files, Registry registry) {
    this.plain = RegistryConnectors.plain(loopback);
    this.registry = registry;
    connectors.add(plain);
    tls.ifPresent(address -> connectors.add(RegistryConnectors.tls(address, files)));
  }

  @Override
  public void customize(TomcatServletWebServerFactory factory) {
    factory.addAdditionalConnectors(connectors.toArray(Connector[]::new));
    factory.addEngineValves(valve());
  }

  List<Connector> connectors() {
    return List.copyOf(connectors);
  }

  Valve valve() {
    return new ValveBase(true) {
      @Override
      public void invoke(Request request, Response response) throws IOException, ServletException {
        if (connectors.contains(request.getConnector())) {
          answer(request, response);
        } else {
          getNext().invoke(request, response);
        }
      }
    };
  }

  private void answer(Request request, Response response) throws IOException {
    String path = request.getDecodedRequestURI();
    if (path == null) {
      // No HTTP at all, as from clients that try TLS first.
      response.setStatus(400);
      return;
    }
    try {
      WebPageGuard.check(request, request.getConnector() == plain);
      registry.answer(request, response, certificate(request), path);
    } catch (DistributionException e) {
      Failures.answer(response, e);
    }
  }

  /** Empty without one; one that was shown has to name somebody. */
  private static Optional<CertificateSubject> certificate(Request request) {
    if (!(request.getAttribute(Globals.CERTIFICATES_ATTR) instanceof X509Certificate[] chain)
        || chain.length == 0) {
      return Optional.empty();
    }
    return Optional.of(
        CertificateSubject.parse(chain[0].getSubjectX500Principal().getName())
            .orElseThrow(
                () ->
                    new DistributionException(
                        DistributionError.UNAUTHORIZED,
                        "the client certificate's subject must name a team (O) and a user (CN)")));
  }
}
