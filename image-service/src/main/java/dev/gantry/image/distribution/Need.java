package dev.gantry.image.distribution;

import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.token.Scope;
import dev.gantry.services.RegistryGrant.Right;
import java.util.List;
import java.util.Optional;

/** What a call needs to be allowed: every one that names a repository needs something of it. */
record Need(RepositoryName name, Right right) {

  static Optional<Need> of(String method, RegistryPath path) {
    return switch (path) {
      case RegistryPath.Base _, RegistryPath.Catalog _ -> Optional.empty();
      case RegistryPath.Tags tags -> Optional.of(new Need(tags.name(), Right.PULL));
      case RegistryPath.Referrers one -> Optional.of(new Need(one.name(), Right.PULL));
      case RegistryPath.Manifest one -> Optional.of(by(method, one.name()));
      case RegistryPath.Blob one -> Optional.of(by(method, one.name()));
      case RegistryPath.Uploading one -> Optional.of(new Need(one.name(), Right.PUSH));
      case RegistryPath.Upload one -> Optional.of(new Need(one.name(), Right.PUSH));
    };
  }

  /** What a mount needs of the repository that it is from, where it names one. */
  static Optional<Need> ofSource(Exchange call, RegistryPath path) {
    return path instanceof RegistryPath.Uploading && !call.parameter("mount").isEmpty()
        ? RepositoryName.parse(call.parameter("from")).map(name -> new Need(name, Right.PULL))
        : Optional.empty();
  }

  private static Need by(String method, RepositoryName name) {
    return switch (method) {
      case "GET", "HEAD" -> new Need(name, Right.PULL);
      case "DELETE" -> new Need(name, Right.DELETE);
      default -> new Need(name, Right.PUSH);
    };
  }

  /** What a client shall ask for. Who pushes looks first for what is there. */
  Scope scope() {
    return new Scope(
        Scope.REPOSITORY,
        name.value(),
        switch (right) {
          case PULL -> List.of("pull");
          case PUSH -> List.of("pull", "push");
          case DELETE -> List.of("delete");
        });
  }
}
