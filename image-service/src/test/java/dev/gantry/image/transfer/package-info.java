@org.jspecify.annotations.NullMarked
package dev.gantry.image.transfer;
