package dev.gantry.image.api;

import dev.gantry.image.manifest.RefusedImageException;
import dev.gantry.image.remote.RemoteException;
import dev.gantry.image.repository.DistributionException;
import dev.gantry.image.rule.RuleException;
import dev.gantry.image.transfer.Progress;
import dev.gantry.services.ServiceException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers with what happens while it does. What goes wrong before anything was told has a status of
 * its own; afterwards it stands in the stream.
 */
final class ProgressAnswer {
  private static final Logger log = LoggerFactory.getLogger(ProgressAnswer.class);

  private ProgressAnswer() {}

  /** What is done meanwhile. */
  @FunctionalInterface
  interface Work {
    void run(Progress progress) throws IOException, InterruptedException;
  }

  static void send(HttpServletResponse response, Work work)
      throws IOException, InterruptedException {
    Progress progress =
        new Progress(
            () -> {
              response.setContentType("application/json");
              return response.getOutputStream();
            });
    try {
      work.run(progress);
    } catch (UncheckedIOException e) {
      log.info("a client left before its images had come: {}", e.getMessage());
      throw e.getCause();
    } catch (IOException | RuntimeException e) {
      if (!progress.hasBegun()) {
        throw e;
      }
      progress.failed(text(e));
    }
  }

  private static String text(Exception e) {
    return switch (e) {
      case ServiceException known -> known.detail();
      case RuleException known -> known.text();
      case RemoteException known -> known.text();
      case RefusedImageException known -> String.valueOf(known.getMessage());
      case DistributionException known -> String.valueOf(known.getMessage());
      default -> {
        log.error("images were not moved", e);
        yield "internal error: " + e.getMessage();
      }
    };
  }
}
