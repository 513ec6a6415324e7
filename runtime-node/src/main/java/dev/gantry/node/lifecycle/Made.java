package dev.gantry.node.lifecycle;

import dev.gantry.node.container.ContainerCell;
import java.util.List;

/** A container that was created, and what its creator is told of values that were discarded. */
public record Made(ContainerCell cell, List<String> warnings) {}
