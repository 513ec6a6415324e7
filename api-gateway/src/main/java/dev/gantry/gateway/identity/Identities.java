package dev.gantry.gateway.identity;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
import dev.gantry.gateway.call.Caller;
import dev.gantry.services.CertificateSubject;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells from a connection who is on its other side. */
public final class Identities {
  /** The organisation of all certificates of the platform's own processes. */
  private static final TeamId PLATFORM = new TeamId("gantry-platform");

  /** What stands before the id of a container that calls. */
  static final String CONTAINER = "container:";

  /** What stands before the path of the socket in whence a caller calls. */
  private static final String UNIX = "unix:";

  private Identities() {}

  /** The unix socket: whoever may open it speaks for the default team. */
  public static Caller ofUnixSocket(String socket) {
    return new Caller(TeamId.DEFAULT, "root@unix", UNIX + socket);
  }

  /** By whence he calls, which no certificate can say; a user's name it could. */
  static boolean isOperator(Caller caller) {
    return caller.from().startsWith(UNIX);
  }

  /** Plain TCP on loopback. */
  public static Caller ofLoopback(String address, int port) {
    return new Caller(TeamId.DEFAULT, "root@" + address, address + ":" + port);
  }

  /** A container that has its team's socket. */
  public static Caller ofContainer(TeamId team, ContainerId container, String node) {
    return new Caller(team, CONTAINER + container, "node:" + node);
  }

  /** The name of the process of the platform that has this certificate. */
  public static String ofPlatform(X509Certificate @Nullable [] chain) {
    return subject(chain)
        .filter(subject -> subject.team().equals(PLATFORM))
        .map(CertificateSubject::user)
        .orElseThrow(
            () ->
                new ServiceException(
                    ErrorCode.UNAUTHENTICATED, "the certificate is none of the platform's"));
  }

  private static Optional<CertificateSubject> subject(X509Certificate @Nullable [] chain) {
    if (chain == null || chain.length == 0) {
      throw new ServiceException(ErrorCode.UNAUTHENTICATED, "client certificate required");
    }
    return CertificateSubject.parse(chain[0].getSubjectX500Principal().getName());
  }

  /** TLS with a certificate that the clients' authority signed. */
  public static Caller ofCertificate(X509Certificate @Nullable [] chain, String address, int port) {
    return subject(chain)
        .map(subject -> new Caller(subject.team(), subject.user(), address + ":" + port))
        .orElseThrow(
            () ->
                new ServiceException(
                    ErrorCode.UNAUTHENTICATED,
                    "the client certificate's subject must name a team (O) and a user (CN)"));
  }
}
