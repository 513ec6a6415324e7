package dev.gantry.ops.standalone;

import dev.gantry.services.NativeCryptography;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.tomcat.util.net.openssl.ciphers.OpenSSLCipherConfigurationParser;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The control plane in one process: the broker, then every service as an application context of its
 * own, on its own port. Nothing but the way of starting differs from the services as processes.
 */
public final class ControlPlane {
  private static final Map<String, Supplier<SpringApplicationBuilder>> SERVICES = Services.all();
  private static final int STARTERS = 2;
  private static final ReentrantLock ENVIRONMENT = new ReentrantLock();

  private ControlPlane() {}

  public static void main(String[] arguments) throws Exception {
    NativeCryptography.install();
    Broker broker = Broker.start(BrokerSettings.of(System.getenv()));
    // Tomcat fills this table at first use, and breaks when two contexts are the first at once.
    List<String> _ = OpenSSLCipherConfigurationParser.parseExpression("HIGH");
    List<ConfigurableApplicationContext> contexts = new ArrayList<>();
    try (ExecutorService starters = Executors.newFixedThreadPool(STARTERS)) {
      List<Future<ConfigurableApplicationContext>> starting = new ArrayList<>();
      SERVICES.forEach(
          (name, application) ->
              starting.add(starters.submit(starter(name, application, arguments))));
      for (Future<ConfigurableApplicationContext> one : starting) {
        contexts.add(one.get());
      }
    } catch (ExecutionException e) {
      System.err.println("the control plane does not start: " + e.getCause());
      Runtime.getRuntime().halt(1);
    }
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  contexts.reversed().forEach(ConfigurableApplicationContext::close);
                  broker.stop();
                },
                "stop-control-plane"));
    if (Boolean.getBoolean("gantry.exit-when-started")) {
      // Training run of the AOT cache.
      System.exit(0);
    }
    broker.awaitStop();
  }

  private static Callable<ConfigurableApplicationContext> starter(
      String name, Supplier<SpringApplicationBuilder> application, String[] arguments) {
    return () -> {
      // Logging belongs to the process: one context at a time may set it up.
      ENVIRONMENT.lock();
      try {
        return application
            .get()
            .registerShutdownHook(false)
            .listeners(new ContextPrepared(ENVIRONMENT))
            .run(arguments);
      } catch (RuntimeException e) {
        throw new IllegalStateException(name + ": " + e.getMessage(), e);
      } finally {
        if (ENVIRONMENT.isHeldByCurrentThread()) {
          ENVIRONMENT.unlock();
        }
      }
    };
  }
}
