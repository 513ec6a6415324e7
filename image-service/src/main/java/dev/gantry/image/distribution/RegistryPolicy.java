package dev.gantry.image.distribution;

import dev.gantry.image.access.Credentials;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.repository.Space;
import dev.gantry.image.token.Scope;
import dev.gantry.services.RegistryGrant;
import dev.gantry.services.RegistryGrant.Right;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who may do what to which repository: the one place that decides, by names alone, before anybody
 * looks whether the thing exists.
 */
final class RegistryPolicy {
  private final Credentials credentials;

  RegistryPolicy(Credentials credentials) {
    this.credentials = credentials;
  }

  /** The answers. */
  enum Verdict {
    ALLOWED,
    /** With a credential, or a token for more. */
    UNPROVEN,
    DENIED
  }

  Verdict judge(Caller caller, Need need) {
    String right = need.right().name().toLowerCase(Locale.ROOT);
    if (!may(caller, need.name(), need.right())) {
      return caller.grant().isEmpty() ? Verdict.UNPROVEN : Verdict.DENIED;
    }
    boolean shown =
        caller
            .scopes()
            .map(all -> all.stream().anyMatch(one -> one.isFor(need.name().value(), right)))
            .orElse(true);
    return shown ? Verdict.ALLOWED : Verdict.UNPROVEN;
  }

  /** Who was shown to be somebody may say hello. */
  Verdict judgeHello(Caller caller) {
    return caller.grant().isPresent() || caller.scopes().isPresent()
        ? Verdict.ALLOWED
        : Verdict.UNPROVEN;
  }

  /** All names of a team are for who may pull all of them. */
  Verdict judgeCatalog(Caller caller) {
    if (!mayList(caller)) {
      return caller.grant().isEmpty() ? Verdict.UNPROVEN : Verdict.DENIED;
    }
    return caller.scopes().map(all -> all.contains(Scope.CATALOG)).orElse(true)
        ? Verdict.ALLOWED
        : Verdict.UNPROVEN;
  }

  private static boolean mayList(Caller caller) {
    return caller
        .grant()
        .filter(grant -> grant.rights().contains(Right.PULL) && grant.repositories().isEmpty())
        .isPresent();
  }

  /** Whatever the token is for that he shows. */
  private boolean may(Caller caller, RepositoryName name, Right right) {
    Optional<Space> shared = SharedName.parse(name);
    if (shared.isEmpty()) {
      return caller.grant().filter(grant -> grant.allows(familiar(name), right)).isPresent();
    }
    Space space = shared.get();
    return right == Right.PULL
        && (credentials.isShared(space.team(), familiar(space.name()))
            || caller.grant().filter(grant -> isOwn(grant, space)).isPresent());
  }

  private static boolean isOwn(RegistryGrant grant, Space space) {
    return grant.team().equals(space.team()) && grant.allows(familiar(space.name()), Right.PULL);
  }

  private static String familiar(RepositoryName name) {
    return name.tagged("latest").familiarRepository();
  }

  /** Of what was asked for that which he may. */
  List<Scope> narrow(Caller caller, List<Scope> asked) {
    return asked.stream()
        .map(scope -> narrow(caller, scope))
        .filter(scope -> !scope.actions().isEmpty())
        .toList();
  }

  private Scope narrow(Caller caller, Scope scope) {
    if (scope.equals(Scope.CATALOG)) {
      return mayList(caller) ? scope : new Scope(scope.type(), scope.name(), List.of());
    }
    Optional<RepositoryName> name =
        scope.type().equals(Scope.REPOSITORY)
            ? RepositoryName.parse(scope.name())
            : Optional.empty();
    List<String> granted =
        name.map(
                known ->
                    List.of(Right.values()).stream()
                        .filter(right -> may(caller, known, right))
                        .map(right -> right.name().toLowerCase(Locale.ROOT))
                        .filter(
                            right ->
                                scope.actions().contains(right) || scope.actions().contains("*"))
                        .toList())
            .orElse(List.of());
    return new Scope(scope.type(), scope.name(), granted);
  }
}
