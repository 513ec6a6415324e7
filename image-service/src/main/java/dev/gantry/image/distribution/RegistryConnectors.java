package dev.gantry.image.distribution;

import dev.gantry.services.TlsFiles;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;

/** The connectors of the registry. */
public final class RegistryConnectors {
  /** A token with many scopes is long. */
  private static final int LONGEST_HEAD = 32 << 10;

  private RegistryConnectors() {}

  static Connector plain(RegistryAddress address) {
    Http11NioProtocol protocol = new Http11NioProtocol();
    protocol.setExecutor(new VirtualThreadExecutor("registry-"));
    protocol.setKeepAliveTimeout(180_000);
    protocol.setMaxKeepAliveRequests(-1);
    protocol.setConnectionTimeout(60_000);
    protocol.setDisableUploadTimeout(true);
    protocol.setTcpNoDelay(true);
    Connector connector = new Connector(protocol);
    connector.setPort(address.port());
    connector.setProperty("address", address.host());
    connector.setProperty("maxHttpRequestHeaderSize", Integer.toString(LONGEST_HEAD));
    // Many clients read why they were refused only when they have sent all that they have.
    connector.setProperty("maxSwallowSize", "-1");
    connector.setXpoweredBy(false);
    return connector;
  }

  static Connector tls(RegistryAddress address, TlsFiles files) {
    Connector connector = plain(address);
    connector.setSecure(true);
    connector.setScheme("https");
    connector.setProperty("SSLEnabled", "true");
    SSLHostConfig host = new SSLHostConfig();
    host.setCertificateVerification("optional");
    host.setTrustStore(files.clientsAuthority());
    host.setProtocols("TLSv1.2+TLSv1.3");
    SSLHostConfigCertificate certificate =
        new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
    certificate.setCertificateFile(files.certificate().toString());
    certificate.setCertificateKeyFile(files.key().toString());
    host.addCertificate(certificate);
    connector.addSslHostConfig(host);
    return connector;
  }
}
