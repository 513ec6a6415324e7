/** What teams and the operator have ruled, and the refusal of what is against it. */
@NullMarked
package dev.gantry.image.rule;

import org.jspecify.annotations.NullMarked;
