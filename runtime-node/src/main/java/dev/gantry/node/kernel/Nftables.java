package dev.gantry.node.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * Rules of the packet filter through libnftables in this process, as {@code nft} takes them
 * (nft(8)).
 */
public final class Nftables implements AutoCloseable {

  private final Arena arena;
  private final MethodHandle make;
  private final MethodHandle bufferOutput;
  private final MethodHandle bufferError;
  private final MethodHandle run;
  private final MethodHandle error;
  private final MethodHandle output;
  private final MethodHandle free;
  private final MemorySegment context;

  /** Works in the network namespace that the calling thread is in. */
  public Nftables() {
    arena = Arena.ofShared();
    SymbolLookup library = SymbolLookup.libraryLookup("libnftables.so.1", arena);
    Linker linker = Linker.nativeLinker();
    make =
        linker.downcallHandle(
            library.findOrThrow("nft_ctx_new"), FunctionDescriptor.of(ADDRESS, JAVA_INT));
    bufferOutput =
        linker.downcallHandle(
            library.findOrThrow("nft_ctx_buffer_output"), FunctionDescriptor.of(JAVA_INT, ADDRESS));
    bufferError =
        linker.downcallHandle(
            library.findOrThrow("nft_ctx_buffer_error"), FunctionDescriptor.of(JAVA_INT, ADDRESS));
    run =
        linker.downcallHandle(
            library.findOrThrow("nft_run_cmd_from_buffer"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    error =
        linker.downcallHandle(
            library.findOrThrow("nft_ctx_get_error_buffer"),
            FunctionDescriptor.of(ADDRESS, ADDRESS));
    output =
        linker.downcallHandle(
            library.findOrThrow("nft_ctx_get_output_buffer"),
            FunctionDescriptor.of(ADDRESS, ADDRESS));
    free =
        linker.downcallHandle(
            library.findOrThrow("nft_ctx_free"), FunctionDescriptor.ofVoid(ADDRESS));
    context = context();
  }

  /** Another way to the library that {@code one} has found. */
  private Nftables(Nftables one) {
    arena = Arena.ofShared();
    make = one.make;
    bufferOutput = one.bufferOutput;
    bufferError = one.bufferError;
    run = one.run;
    error = one.error;
    output = one.output;
    free = one.free;
    context = context();
  }

  /** One for the network namespace of the calling thread; of use as long as this one is open. */
  public Nftables here() {
    return new Nftables(this);
  }

  private MemorySegment context() {
    try {
      MemorySegment made = (MemorySegment) make.invokeExact(0);
      int _ = (int) bufferOutput.invokeExact(made);
      int _ = (int) bufferError.invokeExact(made);
      return made;
    } catch (Throwable e) {
      throw new IllegalStateException("cannot use libnftables", e);
    }
  }

  /**
   * Runs commands as one transaction and answers what they print.
   *
   * @throws IOException where any of them is refused; nothing was changed then
   */
  public synchronized String run(String commands) throws IOException {
    try (Arena call = Arena.ofConfined()) {
      int result = (int) run.invokeExact(context, call.allocateFrom(commands));
      MemorySegment said = (MemorySegment) output.invokeExact(context);
      MemorySegment refused = (MemorySegment) error.invokeExact(context);
      if (result != 0) {
        throw new IOException("cannot change the packet filter: " + text(refused).strip());
      }
      return text(said);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(MemorySegment pointer) {
    return pointer.equals(MemorySegment.NULL)
        ? ""
        : pointer.reinterpret(Long.MAX_VALUE).getString(0);
  }

  @Override
  public synchronized void close() {
    try {
      free.invokeExact(context);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    } finally {
      arena.close();
    }
  }
}
