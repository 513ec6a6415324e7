package dev.gantry.node.running;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A platform CA of the test's own, with certificates {@code control} and {@code node-1}. */
final class Certificates {
  private final Path folder;

  private Certificates(Path folder) {
    this.folder = folder;
  }

  static Certificates in(Path folder) throws Exception {
    Files.createDirectories(folder);
    openssl(
        folder,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout ca.key"
            + " -out ca.pem -subj /O=gantry-platform/CN=ca");
    Files.writeString(folder.resolve("san"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
    for (String name : new String[] {"control", "node-1"}) {
      openssl(
          folder,
          ("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %s.key -out %s.csr"
                  + " -subj /O=gantry-platform/CN=%s")
              .formatted(name, name, name));
      openssl(
          folder,
          ("x509 -req -in %s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out %s.pem"
                  + " -extfile san")
              .formatted(name, name));
    }
    return new Certificates(folder);
  }

  private static void openssl(Path folder, String arguments) throws Exception {
    Process process =
        new ProcessBuilder(("openssl " + arguments).split(" "))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("openssl.log").toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IOException(Files.readString(folder.resolve("openssl.log")));
    }
  }

  Path folder() {
    return folder;
  }

  /** Speaks as {@code control}. */
  SSLContext context() throws Exception {
    return context("control");
  }

  /** Speaks as who has this certificate. */
  SSLContext context(String name) throws Exception {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    Certificate own;
    Certificate ca;
    try (var in = Files.newInputStream(folder.resolve(name + ".pem"));
        var caIn = Files.newInputStream(folder.resolve("ca.pem"))) {
      own = factory.generateCertificate(in);
      ca = factory.generateCertificate(caIn);
    }
    String pem =
        Files.readString(folder.resolve(name + ".key")).replaceAll("-----[A-Z ]+-----", "");
    var key =
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem)));
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry(name, key, new char[0], new Certificate[] {own, ca});
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, new char[0]);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", ca);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
