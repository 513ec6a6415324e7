package dev.gantry.services;

import dev.gantry.events.ContainerSnapshot;

/** What became of a container; {@code changed} is false where it was already so. */
public record Transition(boolean changed, ContainerSnapshot snapshot) {}
