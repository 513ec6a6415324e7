package dev.gantry.image.transfer;

import dev.gantry.image.MigratedCluster;
import dev.gantry.ops.testkit.PostgresCluster;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each test has a store of its own, with nothing in it. */
@ExtendWith(MigratedCluster.class)
abstract class EmptyStore {
  @TempDir Path folder;
  PostgresCluster postgres;
  TestStore store;

  /** Where its blobs are kept: in the folder, unless a test class says otherwise. */
  void chooseStore() throws IOException {}

  @BeforeEach
  void openStore(PostgresCluster cluster) throws IOException {
    postgres = cluster;
    chooseStore();
    store = TestStore.start(cluster, folder);
  }

  @AfterEach
  void closeStore() throws IOException {
    store.close();
  }
}
