/**
 * Sessions of clients with a container: attach, logs, wait and stats. Output always comes from the
 * log file, so that no reader can hold the container up; input goes to conmon.
 */
@NullMarked
package dev.gantry.node.attach;

import org.jspecify.annotations.NullMarked;
