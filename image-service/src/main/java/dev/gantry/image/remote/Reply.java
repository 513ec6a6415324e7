package dev.gantry.image.remote;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;

/**
 * What another server answered. Closing it ends the connection unless all of it was read.
 *
 * @param uri where it came from, after redirects
 */
record Reply(URI uri, HttpUriRequestBase request, ClassicHttpResponse response)
    implements AutoCloseable {

  int status() {
    return response.getCode();
  }

  /** The header's first value, empty where there is none. */
  String header(String name) {
    Header header = response.getFirstHeader(name);
    return header == null || header.getValue() == null ? "" : header.getValue();
  }

  List<String> headers(String name) {
    List<String> values = new ArrayList<>();
    for (Header header : response.getHeaders(name)) {
      values.add(String.valueOf(header.getValue()));
    }
    return values;
  }

  /** The media type, without parameters. */
  String mediaType() {
    String type = header("Content-Type");
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
  }

  InputStream body() throws IOException {
    HttpEntity entity = response.getEntity();
    return entity == null ? InputStream.nullInputStream() : entity.getContent();
  }

  /** All of a small body. */
  byte[] bytes(int limit) throws RemoteException {
    try {
      byte[] bytes = body().readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw new IOException("an answer of more than " + limit + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw Failures.of(request.getMethod(), uri, e);
    }
  }

  @Override
  public void close() {
    // Not to its end, which the other side chooses.
    request.cancel();
    try {
      response.close();
    } catch (IOException _) {
      // It is over either way.
    }
  }
}
