package dev.gantry.image.distribution;

import dev.gantry.engine.TeamId;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.token.Scope;
import dev.gantry.services.CertificateSubject;
import dev.gantry.services.RegistryGrant;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/**
 * Who calls.
 *
 * @param grant what he may at most; empty for anybody
 * @param scopes what the short-lived token is for that he shows, where he shows one
 */
record Caller(Optional<RegistryGrant> grant, Optional<List<Scope>> scopes) {
  static final Caller ANYBODY = new Caller(Optional.empty(), Optional.empty());

  /** A certificate says who somebody is; he may what every member of his team may. */
  static Caller certified(CertificateSubject subject) {
    return member(
        new RegistryGrant(
            "",
            subject.team(),
            subject.user(),
            EnumSet.allOf(RegistryGrant.Right.class),
            List.of(),
            Instant.MAX));
  }

  static Caller member(RegistryGrant grant) {
    return new Caller(Optional.of(grant), Optional.empty());
  }

  /** He for the record; anybody is none of a team's. */
  Optional<Actor> actor() {
    return grant.map(Caller::actor);
  }

  static Actor actor(RegistryGrant grant) {
    String user = grant.user();
    return new Actor(
        grant.team(), grant.id().isEmpty() ? user : user + " (token " + grant.id() + ")");
  }

  /** For the record of the team whose repository it is. */
  static Actor anybodyAt(TeamId team) {
    return new Actor(team, "anonymous");
  }
}
