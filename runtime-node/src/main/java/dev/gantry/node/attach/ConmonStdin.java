package dev.gantry.node.attach;

import dev.gantry.node.kernel.PacketSocket;
import dev.gantry.node.runtime.Conmon;
import dev.gantry.node.runtime.RunFiles;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The input of a process under conmon: its attach socket, of which only this direction is used. A
 * process that does not read makes the sender wait; so sending is done on threads of their own,
 * that no other session stands behind.
 */
public final class ConmonStdin implements Stdin {
  private static final int PACKET = 8192;

  private final PacketSocket socket;
  private final ExecutorService sender =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("stdin-", 0).factory());

  private ConmonStdin(PacketSocket socket) {
    this.socket = socket;
  }

  public static ConmonStdin open(RunFiles files) throws IOException {
    PacketSocket socket = Conmon.attach(files);
    socket.endInput();
    return new ConmonStdin(socket);
  }

  @Override
  public void write(byte[] bytes, int length) throws IOException {
    try {
      sender
          .submit(
              () -> {
                for (int at = 0; at < length; at += PACKET) {
                  socket.send(bytes, at, Math.min(PACKET, length - at));
                }
                return null;
              })
          .get();
    } catch (ExecutionException e) {
      throw new IOException("cannot write to the container's input", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void end() throws IOException {
    socket.endOutput();
  }

  @Override
  public void close() {
    try {
      socket.endOutput();
    } catch (IOException _) {
      // The other side is gone already.
    }
    sender.shutdown();
    socket.close();
  }
}
