package dev.gantry.gateway.call;

/** What an answer is, for those whose fields differ from version to version of the API. */
public enum Shape {
  PLAIN,
  CONTAINER_LIST,
  CONTAINER_INSPECT,
  IMAGE_LIST,
  IMAGE_INSPECT,
  INFO,
  VERSION,
  DISK_USE,
  NETWORK
}
