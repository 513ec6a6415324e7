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

  /** The functions that are called (libnftables(3)). */
  private record Library(
      MethodHandle make,
      MethodHandle bufferOutput,
      MethodHandle bufferError,
      MethodHandle run,
      MethodHandle error,
      MethodHandle output,
      MethodHandle free) {

    static Library in(Arena arena) {
      SymbolLookup symbols = SymbolLookup.libraryLookup("libnftables.so.1", arena);
      return new Library(
          function(symbols, "nft_ctx_new", FunctionDescriptor.of(ADDRESS, JAVA_INT)),
          function(symbols, "nft_ctx_buffer_output", FunctionDescriptor.of(JAVA_INT, ADDRESS)),
          function(symbols, "nft_ctx_buffer_error", FunctionDescriptor.of(JAVA_INT, ADDRESS)),
          function(
              symbols,
              "nft_run_cmd_from_buffer",
              FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS)),
          function(symbols, "nft_ctx_get_error_buffer", FunctionDescriptor.of(ADDRESS, ADDRESS)),
          function(symbols, "nft_ctx_get_output_buffer", FunctionDescriptor.of(ADDRESS, ADDRESS)),
          function(symbols, "nft_ctx_free", FunctionDescriptor.ofVoid(ADDRESS)));
    }

    private static MethodHandle function(
        SymbolLookup symbols, String name, FunctionDescriptor shape) {
      return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), shape);
    }
  }

  private final Arena arena;
  private final Library library;
  private final MemorySegment context;

  /** Works in the network namespace that the calling thread is in. */
  public Nftables() {
    arena = Arena.ofShared();
    library = Library.in(arena);
    context = context(library);
  }

  private Nftables(Library library) {
    arena = Arena.ofShared();
    this.library = library;
    context = context(library);
  }

  /** One for the network namespace of the calling thread; of use as long as this one is open. */
  public Nftables here() {
    return new Nftables(library);
  }

  private static MemorySegment context(Library library) {
    try {
      MemorySegment made = (MemorySegment) library.make().invokeExact(0);
      int _ = (int) library.bufferOutput().invokeExact(made);
      int _ = (int) library.bufferError().invokeExact(made);
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
      int result = (int) library.run().invokeExact(context, call.allocateFrom(commands));
      MemorySegment said = (MemorySegment) library.output().invokeExact(context);
      MemorySegment refused = (MemorySegment) library.error().invokeExact(context);
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
      library.free().invokeExact(context);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    } finally {
      arena.close();
    }
  }
}
