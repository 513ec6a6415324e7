package dev.gantry.services;

import dev.gantry.engine.TeamId;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/** The subject of a client's certificate: {@code O} names the team, {@code CN} the user. */
public record CertificateSubject(TeamId team, String user) {
  private static final int LONGEST_USER = 128;

  /**
   * Reads an RFC 2253 name. Empty where team or user is missing, given twice or no name: who that
   * is can't be told, so it is nobody.
   */
  public static Optional<CertificateSubject> parse(String distinguishedName) {
    String team = null;
    String user = null;
    try {
      for (Rdn part : new LdapName(distinguishedName).getRdns()) {
        if (part.size() != 1 || !(part.getValue() instanceof String value)) {
          return Optional.empty();
        }
        if (part.getType().equalsIgnoreCase("O")) {
          if (team != null) {
            return Optional.empty();
          }
          team = value;
        } else if (part.getType().equalsIgnoreCase("CN")) {
          if (user != null) {
            return Optional.empty();
          }
          user = value;
        }
      }
      return of(team, user);
    } catch (InvalidNameException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Optional<CertificateSubject> of(@Nullable String team, @Nullable String user) {
    if (team == null
        || user == null
        || user.isBlank()
        || user.length() > LONGEST_USER
        || user.chars().anyMatch(Character::isISOControl)) {
      return Optional.empty();
    }
    return Optional.of(new CertificateSubject(new TeamId(team), user));
  }
}
