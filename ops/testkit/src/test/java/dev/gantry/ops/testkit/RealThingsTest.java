package dev.gantry.ops.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

class RealThingsTest {

  @Test
  void brokerKeepsItsTopicsWhileItIsAway() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start()) {
      try (Admin admin = Admin.create(broker.settings())) {
        admin
            .createTopics(List.of(new NewTopic("a", 2, (short) 1)))
            .all()
            .get(30, TimeUnit.SECONDS);
      }
      broker.stop();
      broker.restart();
      try (Admin admin = Admin.create(broker.settings())) {
        Set<String> names = admin.listTopics().names().get(30, TimeUnit.SECONDS);
        assertThat(names).contains("a");
      }
    }
  }

  @Test
  void clusterKeepsItsRowsThroughAKill() throws Exception {
    try (PostgresCluster cluster = PostgresCluster.start()) {
      cluster.execute("CREATE TABLE t AS SELECT 1 AS x");
      cluster.kill();
      cluster.restart();
      try (var connection = cluster.dataSource().getConnection();
          var rows = connection.createStatement().executeQuery("SELECT x FROM t")) {
        assertThat(rows.next()).isTrue();
      }
    }
  }
}
