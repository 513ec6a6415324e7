/** What happened to images, told through the outbox. */
@NullMarked
package dev.gantry.image.event;

import org.jspecify.annotations.NullMarked;
