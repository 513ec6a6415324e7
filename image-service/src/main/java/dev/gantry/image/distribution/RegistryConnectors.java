package dev.gantry.image.distribution;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
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

  /** Our certificate and key, and the authority that signs clients'. */
  public record Files(Path certificate, Path key, Path clients) {
    private KeyStore clientsAuthority() {
      try (InputStream in = java.nio.file.Files.newInputStream(clients)) {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int count = 0;
        for (Certificate authority :
            CertificateFactory.getInstance("X.509").generateCertificates(in)) {
          store.setCertificateEntry("client-authority-" + count++, authority);
        }
        return store;
      } catch (IOException | GeneralSecurityException e) {
        throw new IllegalStateException("cannot read the clients' authority " + clients, e);
      }
    }
  }

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
    connector.setXpoweredBy(false);
    return connector;
  }

  static Connector tls(RegistryAddress address, Files files) {
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
