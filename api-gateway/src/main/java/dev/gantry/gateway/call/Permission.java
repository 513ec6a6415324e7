package dev.gantry.gateway.call;

/** What a route needs; each route needs exactly one. */
public enum Permission {
  SYSTEM_READ,
  CONTAINER_READ,
  CONTAINER_WRITE,
  CONTAINER_EXEC,
  IMAGE_READ,
  IMAGE_WRITE,
  NETWORK_READ,
  NETWORK_WRITE,
  VOLUME_READ,
  VOLUME_WRITE,
  EVENTS_READ,
  LOGS_READ,
  AUDIT_READ,
  FLEET_READ,
  REGISTRY_READ,
  REGISTRY_WRITE,
  /** What no team may, for itself or for others. */
  OPERATE
}
