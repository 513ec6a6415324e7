package dev.gantry.services;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import com.amazon.corretto.crypto.provider.RuntimeCryptoException;
import java.security.Security;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has ciphers, signatures and digests computed by AWS-LC instead of in Java. The JDK's own are
 * quick only when its second compiler has seen them often, and that compiler costs more than all of
 * the platform's own work; TLS itself stays the JDK's.
 */
public final class NativeCryptography {
  private static final Logger log = LoggerFactory.getLogger(NativeCryptography.class);

  private NativeCryptography() {}

  /** Called first of all by each process; where there is no such library all works, slower. */
  public static void install() {
    try {
      AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
      provider.assertHealthy();
      Security.insertProviderAt(provider, 1);
    } catch (RuntimeCryptoException | LinkageError e) {
      log.warn("cryptography is computed in Java, many times slower: {}", e.toString());
    }
  }
}
