package dev.gantry.node.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.HostConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code /etc/hosts}, {@code /etc/hostname} and {@code /etc/resolv.conf} of a container, in a
 * folder that is gone after a reboot; they are bound over the image's.
 */
public record EtcFiles(Path hosts, Path hostname, Path resolvConf) {
  private static final Path HOST_RESOLV_CONF = Path.of("/etc/resolv.conf");
  private static final int LARGEST_HOSTS = 1 << 20;
  private static final List<String> FALLBACK_SERVERS = List.of("8.8.8.8", "8.8.4.4");

  public static EtcFiles in(Path folder) {
    return new EtcFiles(
        folder.resolve("hosts"), folder.resolve("hostname"), folder.resolve("resolv.conf"));
  }

  /**
   * Writes the three files.
   *
   * @param addresses of the container on its networks; empty with the host's network or none
   * @param responder the name server of a container that is on a network with names; null for one
   *     that asks the host's servers
   * @param gateway for {@code host-gateway} in extra hosts; null where the host is the container's
   *     own loopback, or nowhere
   */
  public void write(
      String hostnameText,
      ContainerConfig config,
      HostConfig host,
      List<String> addresses,
      @Nullable String gateway,
      @Nullable String responder)
      throws IOException {
    Files.writeString(hostname, hostnameText + "\n");
    Files.writeString(hosts, hostsText(hostnameText, config, host, addresses, gateway));
    Files.writeString(resolvConf, resolvText(host, addresses.isEmpty(), responder));
  }

  /**
   * The running container has one more address. Files are written in place, since they are bound
   * into the container; they lie on this side of it, so no link of its own is followed.
   */
  public void joined(String hostnameText, String address) throws IOException {
    if (Files.exists(hosts)) {
      Files.writeString(hosts, address + "\t" + hostnameText + "\n", StandardOpenOption.APPEND);
    }
  }

  /** The running container has one address less. */
  public void left(String address) throws IOException {
    without(line -> line.startsWith(address + "\t"));
  }

  /**
   * A container that this one is linked to has this address from now on.
   *
   * @param names of it, the alias first
   */
  public void linked(String alias, String names, String address) throws IOException {
    unlinked(alias);
    if (Files.exists(hosts)) {
      Files.writeString(hosts, address + "\t" + names + "\n", StandardOpenOption.APPEND);
    }
  }

  /** The container is not linked any more. */
  public void unlinked(String alias) throws IOException {
    // Only lines that begin as a link's own: the container may have written others.
    Pattern own = Pattern.compile("[0-9.]+\t" + Pattern.quote(alias) + " .*");
    without(line -> own.matcher(line).matches());
  }

  /**
   * Takes lines out. The container may have written anything else there: a file that it made larger
   * than any list of hosts stays as it is.
   */
  private void without(Predicate<String> unwanted) throws IOException {
    if (!Files.exists(hosts)) {
      return;
    }
    byte[] text;
    try (InputStream in = Files.newInputStream(hosts)) {
      text = in.readNBytes(LARGEST_HOSTS + 1);
    }
    List<String> lines = new ArrayList<>(new String(text, ISO_8859_1).lines().toList());
    if (text.length <= LARGEST_HOSTS && lines.removeIf(unwanted)) {
      Files.writeString(hosts, String.join("\n", lines) + "\n", ISO_8859_1);
    }
  }

  /** The running container asks a responder of its own from now on. */
  public void askResponder(HostConfig host, String responder) throws IOException {
    if (Files.exists(resolvConf)) {
      Files.writeString(resolvConf, resolvText(host, false, responder));
    }
  }

  private static String hostsText(
      String hostname,
      ContainerConfig config,
      HostConfig host,
      List<String> addresses,
      @Nullable String gateway) {
    StringBuilder text =
        new StringBuilder(
            """
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::\tip6-localnet
            ff00::\tip6-mcastprefix
            ff02::1\tip6-allnodes
            ff02::2\tip6-allrouters
            """);
    for (String entry : host.extraHosts() == null ? List.<String>of() : host.extraHosts()) {
      String[] pair = entry.split("[:=]", 2);
      if (pair.length == 2) {
        String address =
            pair[1].equals("host-gateway")
                ? gateway == null ? "127.0.0.1" : gateway
                : pair[1].replaceAll("[\\[\\]]", "");
        text.append(address).append('\t').append(pair[0]).append('\n');
      }
    }
    String domain = config.domainname() == null ? "" : config.domainname();
    String names = domain.isEmpty() ? hostname : hostname + "." + domain + " " + hostname;
    for (String address : addresses) {
      text.append(address).append('\t').append(names).append('\n');
    }
    return text.toString();
  }

  private static String resolvText(HostConfig host, boolean sharesHost, @Nullable String responder)
      throws IOException {
    List<String> own =
        Files.exists(HOST_RESOLV_CONF) ? Files.readAllLines(HOST_RESOLV_CONF) : List.of();
    List<String> servers = orEmpty(host.dns());
    List<String> search = orEmpty(host.dnsSearch());
    List<String> options = orEmpty(host.dnsOptions());
    List<String> lines = new ArrayList<>();
    if (responder != null) {
      lines.add("nameserver " + responder);
    } else if (servers.isEmpty()) {
      for (String line : own) {
        String[] words = line.strip().split("\\s+");
        boolean reachable =
            sharesHost
                || words.length < 2
                || !words[1].startsWith("127.") && !words[1].equals("::1");
        if (words[0].equals("nameserver") && words.length > 1 && reachable) {
          lines.add("nameserver " + words[1]);
        }
      }
      if (lines.isEmpty() && !sharesHost) {
        FALLBACK_SERVERS.forEach(server -> lines.add("nameserver " + server));
      }
    } else {
      servers.forEach(server -> lines.add("nameserver " + server));
    }
    addWords(lines, "search", search, own);
    // A name without a dot is one of the network's first of all.
    addWords(lines, "options", responder == null ? options : withDots(options), own);
    return String.join("\n", lines) + "\n";
  }

  private static List<String> withDots(List<String> options) {
    if (options.stream().anyMatch(option -> option.startsWith("ndots:"))) {
      return options;
    }
    List<String> all = new ArrayList<>(options);
    all.add("ndots:0");
    return all;
  }

  private static void addWords(
      List<String> lines, String keyword, List<String> asked, List<String> own) {
    if (!asked.isEmpty()) {
      if (!asked.equals(List.of("."))) {
        lines.add(keyword + " " + String.join(" ", asked));
      }
      return;
    }
    own.stream().filter(line -> line.startsWith(keyword + " ")).forEach(lines::add);
  }

  private static List<String> orEmpty(@Nullable List<String> list) {
    return list == null ? List.of() : list;
  }
}
