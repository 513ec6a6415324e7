package dev.gantry.node;

import dev.gantry.events.NodeState;
import dev.gantry.node.cgroup.Cgroups;
import dev.gantry.node.config.HostFacts;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.config.NodeIdentity;
import dev.gantry.node.container.Containers;
import dev.gantry.node.journal.Heartbeat;
import dev.gantry.node.journal.NodeJournal;
import dev.gantry.node.runtime.OciRuntimes;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the node says of itself. */
@Configuration(proxyBeanMethods = false)
class WebConfiguration {

  @Bean
  Heartbeat heartbeat(
      NodeIdentity node,
      NodeFiles files,
      OciRuntimes runtimes,
      Cgroups cgroups,
      Containers containers,
      NodeJournal journal,
      InstantSource clock)
      throws IOException {
    Map<String, String> os = HostFacts.osRelease();
    var host =
        new NodeState.Host(
            HostFacts.hostname(),
            os.getOrDefault("PRETTY_NAME", "Linux"),
            os.getOrDefault("VERSION_ID", ""),
            HostFacts.kernelVersion(),
            System.getProperty("os.arch", "").equals("aarch64") ? "aarch64" : "x86_64",
            "cgroupfs",
            cgroups.version(),
            runtimes.standard().name(),
            runtimes.standard().version(),
            runtimes.names(),
            files.data().toString(),
            List.of("name=seccomp,profile=builtin"));
    return new Heartbeat(node, host, containers, journal, clock);
  }
}
