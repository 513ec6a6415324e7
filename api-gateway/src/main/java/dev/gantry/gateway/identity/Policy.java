package dev.gantry.gateway.identity;

import dev.gantry.gateway.call.Caller;
import dev.gantry.gateway.call.Permission;
import java.util.EnumSet;
import java.util.Set;

/**
 * Who may do what: the one function that decides. Every user of a team is a member of it today, and
 * a member may do everything to what is the team's; that what is another team's looks absent is not
 * decided here but by every look-up, which takes the team. What is about all teams is for the
 * operator: whoever may open the unix socket of the gateway's host.
 */
public final class Policy {
  private static final Set<Permission> OPERATOR = EnumSet.allOf(Permission.class);
  private static final Set<Permission> MEMBER =
      EnumSet.complementOf(EnumSet.of(Permission.OPERATE));

  /** What a container could do would outlive it: a token, what everybody may pull. */
  private static final Set<Permission> CONTAINER =
      EnumSet.complementOf(EnumSet.of(Permission.OPERATE, Permission.REGISTRY_WRITE));

  private Policy() {}

  public static boolean allows(Caller caller, Permission permission) {
    return rolesOf(caller).contains(permission);
  }

  private static Set<Permission> rolesOf(Caller caller) {
    if (caller.user().isEmpty()) {
      return EnumSet.noneOf(Permission.class);
    }
    if (Identities.isOperator(caller)) {
      return OPERATOR;
    }
    return caller.user().startsWith(Identities.CONTAINER) ? CONTAINER : MEMBER;
  }
}
