/** The service: its parts wired together, its settings, its errors as HTTP. */
@NullMarked
package dev.gantry.network;

import org.jspecify.annotations.NullMarked;
