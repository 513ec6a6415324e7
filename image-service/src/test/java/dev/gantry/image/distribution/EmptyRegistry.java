package dev.gantry.image.distribution;

import dev.gantry.ops.testkit.PostgresCluster;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.io.TempDir;

/** Each test has an empty registry; all of them share a cluster of PostgreSQL. */
@ExtendWith(EmptyRegistry.Cluster.class)
abstract class EmptyRegistry {
  @TempDir Path folder;
  PostgresCluster postgres;
  TestRegistry registry;

  @BeforeEach
  void startRegistry(PostgresCluster cluster) throws Exception {
    postgres = cluster;
    registry = TestRegistry.start(cluster, folder);
  }

  @AfterEach
  void stopRegistry() throws Exception {
    registry.close();
  }

  /** Started for the first test that wants it, stopped after the last of all. */
  static final class Cluster implements ParameterResolver {
    private record Started(PostgresCluster cluster) implements AutoCloseable {
      static Started now() {
        PostgresCluster cluster = PostgresCluster.start();
        TestRegistry.migrate(cluster);
        return new Started(cluster);
      }

      @Override
      public void close() {
        cluster.close();
      }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
      return parameter.getParameter().getType() == PostgresCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
      return test.getRoot()
          .getStore(ExtensionContext.Namespace.create(Cluster.class))
          .computeIfAbsent(Started.class, _ -> Started.now(), Started.class)
          .cluster();
    }
  }
}
