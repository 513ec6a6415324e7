package dev.gantry.image.transfer;

import dev.gantry.engine.Digest;
import dev.gantry.engine.Reference;
import dev.gantry.image.archive.RootImport;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.remote.Credentials;
import dev.gantry.image.remote.RemoteException;
import dev.gantry.image.remote.RemoteFile;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code docker import URL}: an archive of a root file system that another server has. */
public final class UrlImport {
  private static final long TOLD_EVERY = 1 << 20;

  private final Traffic traffic;
  private final RootImport imports;

  public UrlImport(Traffic traffic, RootImport imports) {
    this.traffic = traffic;
    this.imports = imports;
  }

  /**
   * What a client asks for.
   *
   * @param source a URL; without a scheme it is one of HTTP
   * @param message of the history; empty for whence it came
   * @param changes instructions of a Dockerfile that describe the image
   */
  public record Wanted(
      String source, Optional<Reference> name, String message, List<String> changes) {}

  /** Imports it, and tells what happens. */
  public void run(Actor actor, Wanted wanted, Progress progress)
      throws IOException, InterruptedException {
    URI given = uri(wanted.source());
    URI uri = withoutUser(given);
    try (var _ = traffic.begin(actor.team());
        RemoteFile file = download(Credentials.ofUserInfo(given.getUserInfo()), uri)) {
      requireFound(file, uri);
      progress.status("Downloading from " + uri);
      Digest image =
          imports.load(
              actor,
              new Told(file.content(), file.length(), progress),
              wanted.name(),
              wanted.message().isEmpty() ? "Imported from " + uri : wanted.message(),
              wanted.changes());
      progress.status(image.value());
    }
  }

  private static URI uri(String source) throws RemoteException {
    String address = source.contains("://") ? source : "http://" + source;
    URI uri;
    try {
      uri = URI.create(address);
    } catch (IllegalArgumentException e) {
      throw new ServiceException(ErrorCode.INVALID, "parse \"" + address + "\": not a URL", e);
    }
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw none(uri, "unsupported protocol scheme \"" + scheme + "\"");
    }
    if (uri.getHost() == null) {
      throw none(uri, "http: no Host in request URL");
    }
    return uri;
  }

  private static RemoteException none(URI uri, String why) {
    return new RemoteException(
        RemoteException.Kind.OTHER, "Get \"" + withoutUser(uri) + "\": " + why);
  }

  /** A secret that stands in it is told nobody. */
  private static URI withoutUser(URI uri) {
    return uri.getRawUserInfo() == null
        ? uri
        : URI.create(uri.toString().replace(uri.getRawUserInfo() + "@", ""));
  }

  private RemoteFile download(Credentials credentials, URI uri) throws RemoteException {
    try {
      return traffic.registries().download(credentials, uri);
    } catch (RemoteException e) {
      if (e.kind() == RemoteException.Kind.UNREACHABLE
          && e.getCause() instanceof UnknownHostException) {
        throw new ServiceException(ErrorCode.NOT_FOUND, e.text());
      }
      throw e;
    }
  }

  private static void requireFound(RemoteFile file, URI uri) throws IOException {
    if (file.status() == 200) {
      return;
    }
    String why =
        "failed to GET %s with status %s: %s".formatted(uri, file.shownStatus(), file.reason());
    switch (file.status()) {
      case 400, 401, 403, 404 -> throw new ServiceException(ErrorCode.ofStatus(file.status()), why);
      default -> throw new RemoteException(RemoteException.Kind.OTHER, why);
    }
  }

  /** Tells now and then how much has come. */
  private static final class Told extends FilterInputStream {
    private final long length;
    private final Progress progress;
    private long came;
    private long told;

    Told(InputStream content, long length, Progress progress) {
      super(content);
      this.length = length;
      this.progress = progress;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      int got = super.read(into, offset, count);
      came += Math.max(0, got);
      if (came - told >= TOLD_EVERY || got < 0 && came > told) {
        told = came;
        progress.moved("Importing", came, length);
      }
      return got;
    }
  }
}
