package dev.gantry.services;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import com.amazon.corretto.crypto.provider.RuntimeCryptoException;
import java.security.Security;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.builder.SpringApplicationBuilder;

/**
 * Has ciphers, signatures and digests computed by AWS-LC instead of in Java. The JDK's own are
 * quick only when its second compiler has seen them often, and that compiler costs more than all of
 * the platform's own work; TLS itself stays the JDK's.
 */
public final class NativeCryptography {
  private static final Logger log = LoggerFactory.getLogger(NativeCryptography.class);

  private NativeCryptography() {}

  /**
   * Installs it while the application reads its configuration, and has it in place before the first
   * bean is made: loading it takes a tenth of a start.
   */
  public static SpringApplicationBuilder beside(SpringApplicationBuilder application) {
    FutureTask<Boolean> installed = new FutureTask<>(NativeCryptography::install, true);
    Thread.ofPlatform().daemon().name("cryptography").start(installed);
    return application.initializers(
        context ->
            context.addBeanFactoryPostProcessor(
                _ -> {
                  try {
                    boolean _ = installed.get();
                  } catch (InterruptedException | ExecutionException e) {
                    throw new IllegalStateException("cryptography was not set up", e);
                  }
                }));
  }

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
