package dev.gantry.ops.e2e;

import com.github.dockerjava.api.DockerClient;
import java.util.HashMap;
import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.utility.DockerImageName;

/** Tests that are killed in the middle: what they started, they do not stop. */
final class LeftBehind {
  private LeftBehind() {}

  /** Says the ids of a container and a network and the name of a volume, and waits to be killed. */
  public static void main(String[] arguments) throws Exception {
    Network network = Network.newNetwork();
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse("busybox:latest"))
            .withNetwork(network)
            .withCommand("sleep", "1000");
    container.start();
    DockerClient client = DockerClientFactory.instance().client();
    Map<String, String> labels = new HashMap<>(DockerClientFactory.DEFAULT_LABELS);
    labels.put(DockerClientFactory.TESTCONTAINERS_SESSION_ID_LABEL, DockerClientFactory.SESSION_ID);
    String volume = client.createVolumeCmd().withLabels(labels).exec().getName();
    System.out.println("left " + container.getContainerId() + " " + network.getId() + " " + volume);
    Thread.sleep(Long.MAX_VALUE);
  }
}
