package dev.gantry.node.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Compiles a filter of system calls to what the kernel takes (libseccomp; seccomp_export_bpf(3)).
 */
public final class SeccompCompiler implements AutoCloseable {
  private static final int ALLOW = 0x7fff0000;
  private static final int ERRNO = 0x00050000;
  private static final int ARCH_X86 = 0x40000003;
  private static final int ARCH_X32 = 0x4000003e;
  private static final int ATTRIBUTE_OPTIMIZE = 8;
  private static final int BINARY_TREE = 2;
  private static final int EEXIST = -17;

  private final Arena arena = Arena.ofConfined();
  private final SymbolLookup library = SymbolLookup.libraryLookup("libseccomp.so.2", arena);
  private final MemorySegment context;

  /** Begins a filter in which every call fails with {@code errno}. */
  public SeccompCompiler(int errno) {
    context =
        (MemorySegment)
            invoke("seccomp_init", FunctionDescriptor.of(ADDRESS, JAVA_INT), ERRNO | errno);
    if (context.equals(MemorySegment.NULL)) {
      throw new IllegalStateException("libseccomp has no memory");
    }
    boolean x86 = System.getProperty("os.arch", "").equals("amd64");
    if (x86) {
      addArchitecture(ARCH_X86);
      addArchitecture(ARCH_X32);
    }
    int _ =
        (int)
            invoke(
                "seccomp_attr_set",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
                context,
                ATTRIBUTE_OPTIMIZE,
                BINARY_TREE);
  }

  private void addArchitecture(int architecture) {
    int error =
        (int)
            invoke(
                "seccomp_arch_add",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                context,
                architecture);
    if (error != 0 && error != EEXIST) {
      throw new IllegalStateException("libseccomp does not know an architecture: " + error);
    }
  }

  /** Allows a call; one that this libseccomp does not know is left denied. */
  public void allow(String call) {
    rule(ALLOW, call, MemorySegment.NULL, 0);
  }

  /**
   * Allows a call where {@code argument} compares so (the numbers of {@code enum scmp_compare}).
   */
  public void allowWhere(String call, int argument, int comparison, long first, long second) {
    MemorySegment condition = arena.allocate(24, 8);
    condition.set(JAVA_INT, 0, argument);
    condition.set(JAVA_INT, 4, comparison);
    condition.set(JAVA_LONG, 8, first);
    condition.set(JAVA_LONG, 16, second);
    rule(ALLOW, call, condition, 1);
  }

  /** Fails a call with {@code errno}. */
  public void deny(String call, int errno) {
    rule(ERRNO | errno, call, MemorySegment.NULL, 0);
  }

  private void rule(int action, String call, MemorySegment conditions, int count) {
    int number =
        (int)
            invoke(
                "seccomp_syscall_resolve_name",
                FunctionDescriptor.of(JAVA_INT, ADDRESS),
                arena.allocateFrom(call));
    if (number == -1) {
      return;
    }
    int _ =
        (int)
            invoke(
                "seccomp_rule_add_array",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS),
                context,
                action,
                number,
                count,
                conditions);
  }

  /** The filter, as an array of {@code struct sock_filter}. */
  public byte[] compile() throws IOException {
    Path file = Files.createTempFile("seccomp", ".bpf");
    try {
      try (Fd target = RootedPaths.open(-100, file.toString(), 2, 0, 0)) {
        int error =
            (int)
                invoke(
                    "seccomp_export_bpf",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                    context,
                    target.number());
        if (error != 0) {
          throw new KernelException("compile", "a filter of system calls", -error);
        }
      }
      return Files.readAllBytes(file);
    } finally {
      Files.delete(file);
    }
  }

  private Object invoke(String function, FunctionDescriptor descriptor, Object... arguments) {
    MethodHandle handle =
        Linker.nativeLinker().downcallHandle(library.findOrThrow(function), descriptor);
    try {
      return handle.invokeWithArguments(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    invoke("seccomp_release", FunctionDescriptor.ofVoid(ADDRESS), context);
    arena.close();
  }
}
