package dev.gantry.ops.standalone;

import dev.gantry.services.NativeCryptography;

/** The broker as a process of its own ({@code ops/up --separate}). */
public final class BrokerMain {
  private BrokerMain() {}

  public static void main(String[] arguments) throws Exception {
    NativeCryptography.install();
    Broker broker = Broker.start(BrokerSettings.of(System.getenv()));
    Runtime.getRuntime().addShutdownHook(new Thread(broker::stop, "stop-broker"));
    broker.awaitStop();
  }
}
