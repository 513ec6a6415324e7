package dev.gantry.image.distribution;

import dev.gantry.services.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A server's certificate and clients' ones, each signed by an authority of its own. */
public final class TestCertificates {
  private static final char[] PASSWORD = "password".toCharArray();

  private final Path folder;

  public TestCertificates(Path folder) throws Exception {
    this.folder = Files.createDirectories(folder);
    authority("ca");
    authority("clients-ca");
    sign("ca", "server", "/CN=127.0.0.1", "subjectAltName=IP:127.0.0.1");
  }

  TlsFiles files() {
    return new TlsFiles(
        folder.resolve("server.pem"),
        folder.resolve("server.key"),
        folder.resolve("clients-ca.pem"));
  }

  /** What a client with this subject connects with. */
  SSLContext client(String subject) throws Exception {
    return client("clients-ca", subject);
  }

  /** What a process of the platform connects with. */
  public SSLContext process() throws Exception {
    return client("ca", "/CN=process");
  }

  /** What one connects with whose certificate another authority has signed. */
  SSLContext foreign(String subject) throws Exception {
    authority("foreign-ca");
    return client("foreign-ca", subject);
  }

  private SSLContext client(String authority, String subject) throws Exception {
    sign(authority, "client", subject, "extendedKeyUsage=clientAuth");
    openssl(
        "pkcs12",
        "-export",
        "-in",
        "client.pem",
        "-inkey",
        "client.key",
        "-out",
        "client.p12",
        "-passout",
        "pass:password");
    KeyStore own = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("client.p12"))) {
      own.load(in, PASSWORD);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, PASSWORD);
    return context(keys);
  }

  /** What a client without a certificate connects with. */
  SSLContext stranger() throws Exception {
    return context(null);
  }

  private SSLContext context(@org.jspecify.annotations.Nullable KeyManagerFactory keys)
      throws Exception {
    KeyStore authority = KeyStore.getInstance("PKCS12");
    authority.load(null, null);
    try (InputStream in = Files.newInputStream(folder.resolve("ca.pem"))) {
      authority.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(authority);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private void authority(String name) throws Exception {
    openssl(
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        name + ".key",
        "-out",
        name + ".pem",
        "-days",
        "2",
        "-subj",
        "/CN=" + name);
  }

  private void sign(String authority, String name, String subject, String extension)
      throws Exception {
    openssl(
        "req",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        name + ".key",
        "-out",
        name + ".csr",
        "-subj",
        subject);
    Files.writeString(folder.resolve("extension"), extension);
    openssl(
        "x509",
        "-req",
        "-in",
        name + ".csr",
        "-CA",
        authority + ".pem",
        "-CAkey",
        authority + ".key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        "extension",
        "-out",
        name + ".pem");
  }

  private void openssl(String... arguments) throws IOException, InterruptedException {
    java.util.ArrayList<String> command = new java.util.ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IOException(Files.readString(folder.resolve("log")));
    }
  }
}
