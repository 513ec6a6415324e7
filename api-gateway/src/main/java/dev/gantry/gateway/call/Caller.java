package dev.gantry.gateway.call;

import dev.gantry.engine.TeamId;

/**
 * Who asks.
 *
 * @param user as the connection proved it
 * @param from an address and port, or {@code unix:} and the socket's path
 */
public record Caller(TeamId team, String user, String from) {}
