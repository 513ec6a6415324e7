package dev.gantry.node.kernel;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/** Functions of the C library that are more than a system call. */
final class Libc {
  private Libc() {}

  static MethodHandle function(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
  }

  /** A function that takes {@code pointers} pointers and answers an int. */
  static MethodHandle ofPointers(String name, int pointers) {
    ValueLayout[] arguments = new ValueLayout[pointers];
    Arrays.fill(arguments, ValueLayout.ADDRESS);
    return function(name, FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
  }
}
