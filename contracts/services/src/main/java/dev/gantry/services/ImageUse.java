package dev.gantry.services;

/**
 * That a container uses an image; on calls that remove images the body has one of each image that
 * is used, by its id.
 *
 * @param container id of one that does, a running one where there is any
 */
public record ImageUse(String container, boolean running) {}
