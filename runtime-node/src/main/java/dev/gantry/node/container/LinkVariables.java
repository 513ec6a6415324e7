package dev.gantry.node.container;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a container's environment says of one that it is linked to, in the form that programs have
 * known since links came to be.
 *
 * <pre>
 * DB_NAME=/web/db                        the name of the link
 * DB_PORT=tcp://172.17.0.2:5432          the lowest exposed port
 * DB_PORT_5432_TCP[_ADDR|_PORT|_PROTO]   each exposed port
 * DB_PORT_8000_TCP[_START|_PORT_START|_END|_PORT_END…]   ports in a row
 * DB_ENV_…                               its own variables, but for HOME and PATH
 * </pre>
 */
public final class LinkVariables {
  private static final Pattern PORT = Pattern.compile("\\d{1,5}(/(tcp|udp|sctp))?");
  private static final Set<String> OF_EVERY_CONTAINER = Set.of("HOME", "PATH");

  private record Port(int number, String protocol) {
    static Port parse(String text) {
      String[] parts = text.split("/", 2);
      return new Port(Integer.parseInt(parts[0]), parts.length == 1 ? "tcp" : parts[1]);
    }
  }

  private final String alias;
  private final String address;
  private final List<String> variables = new ArrayList<>();

  private LinkVariables(String alias, String address) {
    this.alias = alias.toUpperCase(Locale.ROOT).replace('-', '_');
    this.address = address;
  }

  /**
   * @param holder the name of the container that has the link
   * @param address of the one that it leads to
   * @param exposed ports of that one, as {@code 80/tcp}
   * @param environment of that one
   */
  public static List<String> of(
      String holder,
      String alias,
      String address,
      Collection<String> exposed,
      List<String> environment) {
    var made = new LinkVariables(alias, address);
    made.addPorts(
        exposed.stream()
            .filter(text -> PORT.matcher(text).matches())
            .map(Port::parse)
            .sorted(
                Comparator.comparingInt(Port::number)
                    .thenComparing(port -> !port.protocol().equals("tcp")))
            .toList());
    made.add("NAME", "/" + holder + "/" + alias);
    made.addEnvironment(environment);
    return made.variables;
  }

  private void addPorts(List<Port> ports) {
    if (!ports.isEmpty()) {
      add("PORT", url(ports.getFirst()));
    }
    for (int first = 0; first < ports.size(); ) {
      int last = first;
      while (last + 1 < ports.size()
          && ports.get(last + 1).number() <= ports.get(last).number() + 1) {
        last++;
      }
      if (last > first) {
        addRow(ports.get(first), ports.get(last));
      }
      first = last + 1;
    }
    for (Port port : ports) {
      add(name(port), url(port));
      add(name(port) + "_ADDR", address);
      add(name(port) + "_PORT", Integer.toString(port.number()));
      add(name(port) + "_PROTO", port.protocol());
    }
  }

  private void addRow(Port first, Port last) {
    add(name(first) + "_START", url(first));
    add(name(first) + "_ADDR", address);
    add(name(first) + "_PROTO", first.protocol());
    add(name(first) + "_PORT_START", Integer.toString(first.number()));
    String end = "PORT_" + first.number() + "_" + last.protocol().toUpperCase(Locale.ROOT);
    add(end + "_END", url(last));
    add(end + "_PORT_END", Integer.toString(last.number()));
  }

  private void addEnvironment(List<String> environment) {
    for (String variable : environment) {
      int at = variable.indexOf('=');
      if (at > 0 && !OF_EVERY_CONTAINER.contains(variable.substring(0, at))) {
        add("ENV_" + variable.substring(0, at), variable.substring(at + 1));
      }
    }
  }

  private void add(String name, String value) {
    variables.add(alias + "_" + name + "=" + value);
  }

  private static String name(Port port) {
    return "PORT_" + port.number() + "_" + port.protocol().toUpperCase(Locale.ROOT);
  }

  private String url(Port port) {
    return port.protocol() + "://" + address + ":" + port.number();
  }
}
