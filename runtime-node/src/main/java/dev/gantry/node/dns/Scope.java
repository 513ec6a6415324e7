package dev.gantry.node.dns;

import java.util.List;
import java.util.Map;

/**
 * What one container looks names up in.
 *
 * @param networks ids of those of its networks that have names, in the order in which they are
 *     asked
 * @param links names, in lower case, that it alone has for others on its networks, by what they are
 *     called there
 * @param servers that look up everything else; empty for the host's own
 * @param outside whether anything else is looked up: not where all of its networks are internal
 */
public record Scope(
    List<String> networks, Map<String, String> links, List<String> servers, boolean outside) {}
