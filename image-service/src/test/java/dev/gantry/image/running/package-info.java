/** image-service in a process of its own, and the clients that speak with it. */
package dev.gantry.image.running;
