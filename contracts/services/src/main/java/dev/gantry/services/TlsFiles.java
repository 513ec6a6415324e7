package dev.gantry.services;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;

/**
 * The files of a door for clients: our certificate and key, and the authority that signs theirs.
 */
public record TlsFiles(Path certificate, Path key, Path clients) {
  /** Whose signature a client's certificate has to have. */
  public KeyStore clientsAuthority() {
    try (InputStream in = Files.newInputStream(clients)) {
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
