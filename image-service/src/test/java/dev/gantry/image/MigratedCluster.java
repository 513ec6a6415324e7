package dev.gantry.image;

import dev.gantry.ops.testkit.PostgresCluster;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link PostgresCluster} with the schema and nothing in it: one for all of them,
 * started for the first that wants it and stopped after the last.
 */
public final class MigratedCluster implements ParameterResolver {
  private record Started(PostgresCluster cluster) implements AutoCloseable {
    static Started now() {
      PostgresCluster cluster = PostgresCluster.start();
      TestSchema.create(cluster);
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
    PostgresCluster cluster =
        test.getRoot()
            .getStore(ExtensionContext.Namespace.create(MigratedCluster.class))
            .computeIfAbsent(Started.class, _ -> Started.now(), Started.class)
            .cluster();
    TestSchema.empty(cluster);
    return cluster;
  }
}
