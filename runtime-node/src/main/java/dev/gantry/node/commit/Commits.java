package dev.gantry.node.commit;

import dev.gantry.engine.EngineJson;
import dev.gantry.engine.IdResponse;
import dev.gantry.engine.Reference;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.State;
import dev.gantry.node.files.ContainerFiles;
import dev.gantry.node.files.FileRoom;
import dev.gantry.node.lifecycle.Operations;
import dev.gantry.node.remote.ServiceClient;
import dev.gantry.services.CommitContainer;
import dev.gantry.services.CommitImage;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.FaultPoints;
import dev.gantry.services.ServiceException;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/**
 * {@code docker commit}: the layer is sent to image-service while it is written, and nothing of it
 * is kept here. The container stands still, where that is asked for, until the layer is written.
 */
public final class Commits {
  private final Operations operations;
  private final ContainerFiles files;
  private final ServiceClient images;
  private final FaultPoints faults;

  public Commits(
      Operations operations, ContainerFiles files, ServiceClient images, FaultPoints faults) {
    this.operations = operations;
    this.files = files;
    this.images = images;
    this.faults = faults;
  }

  /** Makes the image, and answers its id. */
  public IdResponse commit(ContainerCell cell, CommitContainer wanted) throws IOException {
    requireWhole(cell);
    ContainerRecord record = cell.record();
    var image = new CommitImage(record.spec().image().id(), record.spec().config(), wanted);
    IdResponse made =
        images.send(
            CommitImage.PATH,
            record.team(),
            out -> write(cell, image, wanted.pause(), out),
            IdResponse.class);
    operations.tell(
        cell,
        "commit",
        Map.of(
            "comment", wanted.comment(),
            "imageID", String.valueOf(made.id()),
            "imageRef", reference(wanted)));
    return made;
  }

  private void write(ContainerCell cell, CommitImage image, boolean pause, OutputStream out)
      throws IOException {
    try (FileRoom.Place place = files.place(cell.record())) {
      write(cell, image, pause, place, out);
    }
    // One that was removed meanwhile had less and less to write.
    requireWhole(cell);
  }

  private void write(
      ContainerCell cell, CommitImage image, boolean pause, FileRoom.Place place, OutputStream out)
      throws IOException {
    boolean paused = pause && operations.pauseBriefly(cell);
    try {
      faults.pass("commit.paused");
      byte[] json = EngineJson.MAPPER.writeValueAsBytes(image);
      var head = new DataOutputStream(out);
      head.writeInt(json.length);
      head.write(json);
      head.flush();
      files.writeLayer(cell.record(), place, out);
      faults.pass("commit.written");
    } finally {
      if (paused) {
        operations.resumeBriefly(cell);
      }
    }
  }

  private static void requireWhole(ContainerCell cell) {
    if (cell.isGone() || cell.state() instanceof State.Removing) {
      throw new ServiceException(
          ErrorCode.CONFLICT,
          "You cannot commit container " + cell.id() + " which is being removed");
    }
    if (cell.state() instanceof State.Dead) {
      throw new ServiceException(
          ErrorCode.CONFLICT, "You cannot commit container " + cell.id() + " which is Dead");
    }
  }

  private static String reference(CommitContainer wanted) {
    String name = wanted.repository() + (wanted.tag().isEmpty() ? "" : ":" + wanted.tag());
    return Reference.parse(name).map(Reference::familiar).orElse("");
  }
}
