package dev.gantry.services;

import dev.gantry.events.ContainerSnapshot;
import java.util.List;

/** A container was created and will not be forgotten. */
public record Created(List<String> warnings, ContainerSnapshot snapshot) {}
