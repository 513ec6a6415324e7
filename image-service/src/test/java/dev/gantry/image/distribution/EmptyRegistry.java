package dev.gantry.image.distribution;

import dev.gantry.image.MigratedCluster;
import dev.gantry.ops.testkit.PostgresCluster;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each test has a registry of its own, with nothing in it. */
@ExtendWith(MigratedCluster.class)
abstract class EmptyRegistry {
  @TempDir Path folder;
  PostgresCluster postgres;
  TestRegistry registry;

  /** Where its blobs are kept: in the folder, unless a test class says otherwise. */
  void chooseStore() throws Exception {}

  @BeforeEach
  void startRegistry(PostgresCluster cluster) throws Exception {
    postgres = cluster;
    chooseStore();
    registry = TestRegistry.start(cluster, folder);
  }

  @AfterEach
  void stopRegistry() throws Exception {
    registry.close();
  }
}
