package dev.gantry.image.catalog;

import dev.gantry.engine.TeamId;

/** For whom something is done: the team whose images they are, and the user for the record. */
public record Actor(TeamId team, String user) {}
