package dev.gantry.node.stream;

import java.io.IOException;

/** Takes what a client sends. Called by one thread, in order. */
public interface StreamInput {

  /** A piece of input; the array is only valid during the call. */
  void data(byte[] bytes, int length) throws IOException;

  /** The client will send nothing more but still reads. */
  void end() throws IOException;

  /** The client has left, or the session is over; called once, last. */
  default void gone() {}

  /** For sessions that read nothing: input is thrown away. */
  StreamInput IGNORED =
      new StreamInput() {
        @Override
        public void data(byte[] bytes, int length) {}

        @Override
        public void end() {}
      };
}
