/** What a team has: its images, tags and names, and how a name finds an image. */
@NullMarked
package dev.gantry.image.catalog;

import org.jspecify.annotations.NullMarked;
