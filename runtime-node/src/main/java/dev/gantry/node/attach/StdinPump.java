package dev.gantry.node.attach;

import dev.gantry.node.stream.DetachKeys;
import dev.gantry.node.stream.StreamInput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Carries a client's input to a process, and notices the keys that detach. */
public final class StdinPump implements StreamInput {

  /** Waits until the process runs and opens its input. */
  @FunctionalInterface
  public interface Opener {
    Stdin open() throws IOException;
  }

  /** What happens to the session beside its input. */
  public interface Session {
    /** Ends it. */
    void leave();

    /** The client pressed the keys. */
    void detached();

    /** Whether the process runs, so that its input can be ended for a client that has left. */
    boolean isRunning();
  }

  private final Opener opener;
  private final DetachKeys keys;
  private final boolean endsInput;
  private final Session session;
  private @Nullable Stdin stdin;

  /**
   * @param endsInput whether the end of this client's input is the end of the process's
   */
  public StdinPump(Opener opener, DetachKeys keys, boolean endsInput, Session session) {
    this.opener = opener;
    this.keys = keys;
    this.endsInput = endsInput;
    this.session = session;
  }

  @Override
  public void data(byte[] bytes, int length) throws IOException {
    DetachKeys.Result result = keys.accept(bytes, length);
    byte[] passed = result.passed();
    if (passed.length > 0) {
      open().write(passed, passed.length);
    }
    if (result.detached()) {
      session.detached();
      session.leave();
    }
  }

  @Override
  public void end() throws IOException {
    if (endsInput) {
      open().end();
    } else {
      session.leave();
    }
  }

  @Override
  public void gone() {
    try {
      if (endsInput && session.isRunning()) {
        open().end();
      }
    } catch (IOException _) {
      // The process has ended meanwhile, and its input with it.
    } finally {
      if (stdin != null) {
        stdin.close();
      }
    }
  }

  private Stdin open() throws IOException {
    Stdin opened = stdin;
    if (opened == null) {
      opened = opener.open();
      stdin = opened;
    }
    return opened;
  }
}
