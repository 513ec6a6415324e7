/**
 * Attacks on the host: by images, archives, paths, users and the processes in containers. Each is
 * made for real, and must leave the host as it was and the node at work.
 */
@NullMarked
package dev.gantry.node.attack;

import org.jspecify.annotations.NullMarked;
