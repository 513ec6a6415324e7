package dev.gantry.events;

import dev.gantry.engine.Network;
import dev.gantry.engine.TeamId;

/** The last word on one network; a reader that holds a higher version ignores this. */
public record NetworkState(String id, TeamId team, long version, Network network) {}
