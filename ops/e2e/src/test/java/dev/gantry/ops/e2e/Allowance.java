package dev.gantry.ops.e2e;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What may differ from the definition, and why. Debian's dockerd 20.10, held against 1.41 by the
 * same test, has every {@code null} of these too: Go writes a list or map that was not made so, and
 * the definition does not say it.
 */
enum Allowance {
  /** As classic Swarm had it: which node a container is on. */
  NODE("GET /containers/\\{id}/json : unknown Node"),
  /** As classic Swarm had it: the nodes, for people. */
  NODES("GET /info : unknown SystemStatus"),
  /** Dropped from the definition long before the engine stopped to send them, with 1.52. */
  OLD_EVENT_FIELDS("GET /events : unknown (status|id|from)"),
  /** Lists of which nothing was asked at create. */
  NOT_ASKED(
      "GET /containers/\\{id}/json /HostConfig/"
          + "(Binds|BlkioDevice(Read|Write)(Bps|IOps)|BlkioWeightDevice|CapAdd|CapDrop"
          + "|DeviceCgroupRules|Devices|Dns(Options|Search)?|ExtraHosts|GroupAdd|Links|SecurityOpt"
          + "|Ulimits|VolumesFrom): null found, array expected"),
  /** A number that stands for "as the host has it" where it was not asked. */
  NO_SWAPPINESS(
      "GET /containers/\\{id}/json /HostConfig/MemorySwappiness: null found, integer expected"),
  /** An image's config, and that of a container made of it, has what the image's own file has. */
  NOT_IN_IMAGE(
      "GET /(containers|images)/\\{(id|name)}/json /(Container)?Config/"
          + "(Cmd|Entrypoint|Env|Labels|Volumes): null found, (array|object) expected"),
  NO_LABELS(
      "(GET|POST) /(images/json|system/df|volumes(/create|/\\{name})?)"
          + " (/(Images|Volumes))?(/\\*)?/(Labels|Options): null found, object expected"),
  /** Endpoints of the default network have neither. */
  NO_NAMES(
      "GET /containers/(\\{id}/)?json (/\\*)?/NetworkSettings/Networks/\\*/(Aliases|DNSNames|Links)"
          + ": null found, array expected"),
  /** An exec that runs has no exit code, which clients tell from 0 by it. */
  RUNNING_EXEC("GET /exec/\\{id}/json /ExitCode: null found, integer expected"),
  /** Only layers that are images have names. */
  NO_TAGS("GET /images/\\{name}/history /\\*/Tags: null found, array expected"),
  NO_OPTIONS("GET /networks(/\\{id})? (/\\*)?/IPAM/Options: null found, object expected"),
  NOT_HERE("GET /info /(GenericResources|Plugins/Authorization): null found, array expected"),
  NO_WARNINGS(
      "(GET /volumes|POST /containers/\\{id}/update) /Warnings: null found, array expected"),
  NOTHING_PRUNED(
      "POST /(images|networks)/prune /(Images|Networks)Deleted: null found, array expected");

  private final Pattern form;

  Allowance(String form) {
    this.form = Pattern.compile(form);
  }

  /** The one that covers a difference, written as operation, blank, difference. */
  static Optional<Allowance> of(String operation, String what) {
    return Arrays.stream(values())
        .filter(each -> each.form.matcher(operation + " " + what).matches())
        .findFirst();
  }
}
