package dev.gantry.image.api;

import static dev.gantry.image.api.EnginePaths.actor;

import dev.gantry.engine.EngineJson;
import dev.gantry.engine.TeamId;
import dev.gantry.image.catalog.TeamLock;
import dev.gantry.image.quota.Quotas;
import dev.gantry.image.quota.Usage;
import dev.gantry.image.retention.Retention;
import dev.gantry.image.retention.RetentionRuns;
import dev.gantry.image.rule.RuleRows;
import dev.gantry.image.rule.TagRules;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What teams have and may have, and what they rule for their tags. The gateway knows who may. */
@RestController
class RuleController {
  private final DSLContext database;
  private final Retention retention;
  private final RetentionRuns runs;

  RuleController(DSLContext database, Retention retention, RetentionRuns runs) {
    this.database = database;
    this.retention = retention;
    this.runs = runs;
  }

  @GetMapping("/v1/usage")
  Usage.Report usage(HttpServletRequest request) {
    return Usage.of(database, actor(request).team());
  }

  @GetMapping("/v1/quotas")
  Quotas.Overview quotas() {
    return Quotas.all(database);
  }

  /** Of all teams that have none of their own. */
  @PutMapping("/v1/quotas")
  Quotas.Overview allowOthers(@RequestBody byte[] body) {
    Quotas.set(database, Optional.empty(), bytes(body));
    return Quotas.all(database);
  }

  @PutMapping("/v1/quotas/{team}")
  Usage.Report allow(@PathVariable String team, @RequestBody byte[] body) {
    Quotas.set(database, Optional.of(team(team)), bytes(body));
    return Usage.of(database, team(team));
  }

  @DeleteMapping("/v1/quotas/{team}")
  Usage.Report unset(@PathVariable String team) {
    Quotas.unset(database, team(team));
    return Usage.of(database, team(team));
  }

  private static TeamId team(String text) {
    try {
      return new TeamId(text);
    } catch (IllegalArgumentException e) {
      throw new ServiceException(ErrorCode.INVALID, String.valueOf(e.getMessage()), e);
    }
  }

  @GetMapping("/v1/rules")
  TagRules rules(HttpServletRequest request) {
    return RuleRows.of(database, actor(request).team());
  }

  /** Puts all rules in the place of those that were. */
  @PutMapping("/v1/rules")
  TagRules rule(HttpServletRequest request, @RequestBody byte[] body) {
    TeamId team = actor(request).team();
    TagRules rules = read(body, TagRules.class);
    database.transaction(
        configuration -> {
          DSLContext tx = DSL.using(configuration);
          TeamLock.take(tx, team);
          RuleRows.set(tx, team, rules);
        });
    runs.ruled(team);
    return RuleRows.of(database, team);
  }

  /** What would go by the rules that stand in the body; nothing does. */
  @PostMapping("/v1/retention/preview")
  List<Retention.Going> preview(HttpServletRequest request, @RequestBody byte[] body) {
    return retention.preview(actor(request).team(), read(body, TagRules.class).retention());
  }

  /** How much a team may have; null, which has to be said, for no limit. */
  private static @Nullable Long bytes(byte[] body) {
    JsonNode bytes = read(body, JsonNode.class).path("bytes");
    if (bytes.isNull()) {
      return null;
    }
    if (!bytes.isIntegralNumber() || !bytes.canConvertToLong() || bytes.asLong() < 0) {
      throw new ServiceException(
          ErrorCode.INVALID, "bytes has to be a number that is not negative, or null for no limit");
    }
    return bytes.asLong();
  }

  /** What a value says of itself where it is none is for whoever sent it. */
  private static <T> T read(byte[] body, Class<T> type) {
    try {
      return EngineJson.MAPPER.readValue(body, type);
    } catch (JacksonException e) {
      String why =
          e.getCause() instanceof IllegalArgumentException none
              ? none.getMessage()
              : e.getOriginalMessage();
      throw new ServiceException(ErrorCode.INVALID, String.valueOf(why), e);
    }
  }
}
