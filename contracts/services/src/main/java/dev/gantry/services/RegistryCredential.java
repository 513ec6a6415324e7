package dev.gantry.services;

/** What somebody presents as an access token; it is not in any text of ours. */
public record RegistryCredential(String secret) {
  @Override
  public String toString() {
    return "RegistryCredential[…]";
  }
}
