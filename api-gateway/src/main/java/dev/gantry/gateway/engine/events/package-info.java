/** What happened, live and from the topics' retention. */
@NullMarked
package dev.gantry.gateway.engine.events;

import org.jspecify.annotations.NullMarked;
