package dev.gantry.gateway.edge;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.Map;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Marks each request with the door that it came through; one of ours that is unknown is internal.
 */
final class DoorValve extends ValveBase {
  private final Map<Connector, Door> doors;

  DoorValve(Map<Connector, Door> doors) {
    super(true);
    this.doors = doors;
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    request.setAttribute(Door.ATTRIBUTE, doors.getOrDefault(request.getConnector(), Door.INTERNAL));
    DoorProtocol.mark(request);
    getNext().invoke(request, response);
  }
}
