package dev.gantry.log.chunk;

/**
 * One line of output, or a part of one.
 *
 * @param number counts the container's lines and parts from 0, without holes
 * @param stream 1 stdout, 2 stderr
 * @param partial the line goes on in the next part of its stream; {@code bytes} has no newline
 */
public record Line(long number, int stream, boolean partial, long timeNanos, byte[] bytes) {}
