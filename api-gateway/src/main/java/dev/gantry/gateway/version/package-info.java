/** Which versions of the API are served, and the shape of an answer in each. */
@NullMarked
package dev.gantry.gateway.version;

import org.jspecify.annotations.NullMarked;
