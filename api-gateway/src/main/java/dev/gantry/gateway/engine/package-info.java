/** The Engine API, one package for each of its nouns. */
@NullMarked
package dev.gantry.gateway.engine;

import org.jspecify.annotations.NullMarked;
