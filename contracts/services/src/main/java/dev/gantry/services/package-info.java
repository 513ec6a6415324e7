/**
 * What the platform's processes ask of each other over HTTP: interfaces, their messages, header
 * names, error codes.
 */
@NullMarked
package dev.gantry.services;

import org.jspecify.annotations.NullMarked;
