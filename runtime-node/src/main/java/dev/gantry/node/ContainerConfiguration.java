package dev.gantry.node;

import dev.gantry.engine.NodeId;
import dev.gantry.node.attach.Following;
import dev.gantry.node.blob.ZoneBlobs;
import dev.gantry.node.commit.Commits;
import dev.gantry.node.config.HostFacts;
import dev.gantry.node.config.KernelAbilities;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.config.NodeIdentity;
import dev.gantry.node.config.NodeSettings;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.ContainerSpec;
import dev.gantry.node.container.Containers;
import dev.gantry.node.container.Fact;
import dev.gantry.node.container.InspectView;
import dev.gantry.node.container.RuntimeNames;
import dev.gantry.node.exec.ExecRunner;
import dev.gantry.node.exec.Execs;
import dev.gantry.node.files.ContainerFiles;
import dev.gantry.node.health.HealthMonitor;
import dev.gantry.node.journal.NodeJournal;
import dev.gantry.node.kernel.Poller;
import dev.gantry.node.lifecycle.Images;
import dev.gantry.node.lifecycle.Kernel;
import dev.gantry.node.lifecycle.LayerUpkeep;
import dev.gantry.node.lifecycle.Operations;
import dev.gantry.node.lifecycle.Sizes;
import dev.gantry.node.log.LogShipper;
import dev.gantry.node.log.LogTrimmer;
import dev.gantry.node.log.LogWatch;
import dev.gantry.node.remote.ServiceClient;
import dev.gantry.node.repair.Checker;
import dev.gantry.node.repair.Repair;
import dev.gantry.node.runtime.OciRuntimes;
import dev.gantry.node.snapshot.Layers;
import dev.gantry.node.volume.VolumeRecord;
import dev.gantry.node.volume.Volumes;
import dev.gantry.services.FaultPoints;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Containers, volumes and execs, and what is done to them. */
@Configuration(proxyBeanMethods = false)
class ContainerConfiguration {

  @Bean
  Volumes volumes(
      NodeFiles files, InstantSource clock, NodeJournal journal, NodeSettings settings) {
    return new Volumes(
        files,
        clock,
        new Volumes.Listener() {
          @Override
          public void created(VolumeRecord volume) {
            journal.volume(volume, "create");
          }

          @Override
          public void destroyed(VolumeRecord volume) {
            journal.volume(volume, "destroy");
          }
        },
        settings::mayBind);
  }

  @Bean
  InspectView inspectView(
      NodeIdentity node, NodeFiles files, Kernel kernel, ObjectProvider<Execs> execs) {
    return new InspectView(
        node,
        files,
        id -> execs.getObject().of(id),
        record -> kernel.snapshots().describe(record.id(), record.spec().image().diffIds()));
  }

  @Bean
  Containers containers(
      NodeFiles files,
      NodeJournal journal,
      InspectView view,
      ObjectProvider<HealthMonitor> health) {
    return new Containers(
        files,
        new Containers.Listener() {
          @Override
          public void changed(ContainerRecord record) {
            journal.changed(record, view.snapshot(record));
            health.getObject().look(record);
          }

          @Override
          public void removed(ContainerRecord record) {
            journal.removed(record);
          }

          @Override
          public void happened(ContainerRecord record, Fact fact) {
            journal.happened(record, fact);
          }
        });
  }

  @Bean
  Images images(Layers layers, ZoneBlobs blobs) {
    return new Images(layers, blobs::of);
  }

  @Bean
  ContainerSpec containerSpec(KernelAbilities abilities, OciRuntimes runtimes) throws IOException {
    return new ContainerSpec(
        abilities,
        new RuntimeNames(runtimes.standard().name(), runtimes.names()),
        HostFacts.hostname());
  }

  @Bean
  Operations.Parts parts(
      Containers containers,
      Volumes volumes,
      NodeFiles files,
      LogShipper shipper,
      NodeSettings settings,
      FaultPoints faults,
      InstantSource clock,
      RandomGenerator random) {
    return new Operations.Parts(
        containers,
        volumes,
        files,
        shipper,
        new LogTrimmer(settings.orphanLogBytes()),
        faults,
        clock,
        random);
  }

  @Bean
  Operations operations(
      Operations.Parts parts,
      Kernel kernel,
      Images images,
      ContainerSpec specs,
      NodeSettings settings) {
    return new Operations(parts, kernel, images, specs, settings::mayBind);
  }

  @Bean
  Following following(LogWatch watch, NodeSettings settings) {
    return new Following(watch, Duration.ofSeconds(settings.askClientSeconds()));
  }

  @Bean
  Execs execs(
      NodeIdentity node,
      Operations.Parts parts,
      Operations operations,
      Kernel kernel,
      Poller poller,
      Following following) {
    NodeId id = node.id();
    return new Execs(
        id,
        operations,
        new ExecRunner(parts.files(), kernel, poller, operations, parts.faults(), parts.clock()),
        following,
        parts.clock(),
        parts.random());
  }

  @Bean
  HealthMonitor healthMonitor(Containers containers, Execs execs, InstantSource clock) {
    return new HealthMonitor(containers, execs, clock);
  }

  @Bean
  LayerUpkeep layerUpkeep(
      Containers containers, Layers layers, Images images, NodeSettings settings) {
    return new LayerUpkeep(
        containers, layers, images, Duration.ofSeconds(settings.layerKeepSeconds()));
  }

  @Bean
  Sizes sizes(Kernel kernel, Layers layers) {
    return new Sizes(kernel.snapshots(), layers);
  }

  @Bean
  ContainerFiles containerFiles(Kernel kernel, Volumes volumes, RandomGenerator random) {
    return new ContainerFiles(kernel.snapshots(), volumes, random);
  }

  @Bean
  Commits commits(
      Operations operations,
      ContainerFiles files,
      @Qualifier("imageClient") ServiceClient images,
      FaultPoints faults) {
    return new Commits(operations, files, images, faults);
  }

  @Bean
  Repair repair(Containers containers, Operations operations, Kernel kernel, NodeFiles files) {
    return new Repair(containers, operations, kernel, files);
  }

  @Bean
  Checker checker(Containers containers, Kernel kernel, NodeFiles files) {
    return new Checker(containers, kernel, files);
  }
}
