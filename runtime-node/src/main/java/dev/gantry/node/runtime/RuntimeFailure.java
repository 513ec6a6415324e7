package dev.gantry.node.runtime;

/**
 * The OCI runtime or conmon refused; the message is the runtime's own, which clients turn into exit
 * codes.
 */
public final class RuntimeFailure extends Exception {
  private static final long serialVersionUID = 1L;

  public RuntimeFailure(String message) {
    super(message);
  }
}
