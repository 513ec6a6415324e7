package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.gantry.ops.e2e.Http.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A trace that a client began runs through the platform, and comes out at a collector. */
class TracingTest {
  @RegisterExtension final Containers containers = new Containers(Docker.onSocket());
  private final Queue<byte[]> exports = new ConcurrentLinkedQueue<>();
  private HttpServer collector;

  @BeforeEach
  void collect() throws IOException {
    URI endpoint = Platform.collector();
    collector = HttpServer.create(new InetSocketAddress("127.0.0.1", endpoint.getPort()), 0);
    collector.createContext(
        endpoint.getPath(),
        exchange -> {
          exports.add(exchange.getRequestBody().readAllBytes());
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
  }

  @AfterEach
  void stop() {
    collector.stop(0);
  }

  @Test
  void aTraceRunsThroughGatewayNodeAndKafkaToTheConsumers() throws IOException {
    String trace = UUID.randomUUID().toString().replace("-", "");
    String body = "{\"Image\":\"busybox\",\"Cmd\":[\"true\"]}";
    Answer created =
        Answer.parse(
            Http.raw(
                "POST /containers/create?name=%s HTTP/1.1\r\nHost: docker\r\nConnection: close\r\ntraceparent: 00-%s-00f067aa0ba902b7-01\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(containers.name(), trace, body.length(), body)));
    assertThat(created.status()).isEqualTo(201);

    for (String service :
        List.of("api-gateway", "runtime-node", "image-service", "audit-service", "log-service")) {
      Awaitility.await(service)
          .atMost(Duration.ofSeconds(60))
          .until(() -> exports.stream().anyMatch(export -> isOf(export, service, trace)));
    }
  }

  /** Whether an export (OTLP, ExportTraceServiceRequest) of a service has a span of a trace. */
  private static boolean isOf(byte[] export, String service, String trace) {
    return contains(export, service.getBytes(US_ASCII))
        && contains(export, HexFormat.of().parseHex(trace));
  }

  private static boolean contains(byte[] all, byte[] part) {
    for (int at = 0; at + part.length <= all.length; at++) {
      int same = 0;
      while (same < part.length && all[at + same] == part[same]) {
        same++;
      }
      if (same == part.length) {
        return true;
      }
    }
    return false;
  }
}
