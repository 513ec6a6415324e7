@NullMarked
package dev.gantry.node.cgroup;

import org.jspecify.annotations.NullMarked;
