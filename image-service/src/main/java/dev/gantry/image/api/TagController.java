package dev.gantry.image.api;

import dev.gantry.engine.Reference;
import dev.gantry.image.catalog.TagHistory;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jooq.DSLContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What the platform tells of tags beyond the Engine API. */
@RestController
class TagController {
  private static final int MOST = 1000;

  private final DSLContext database;

  TagController(DSLContext database) {
    this.database = database;
  }

  /** What a tag named before. One that never was has no history, as one of another team. */
  @GetMapping("/v1/tags/history")
  List<TagHistory.Step> history(
      HttpServletRequest request,
      @RequestParam String name,
      @RequestParam(defaultValue = "100") int limit) {
    Reference tag =
        Reference.parse(name)
            .filter(reference -> reference.tag() != null)
            .orElseThrow(
                () -> new ServiceException(ErrorCode.INVALID, "name must be REPOSITORY:TAG"));
    if (limit < 1 || limit > MOST) {
      throw new ServiceException(ErrorCode.INVALID, "limit is from 1 to " + MOST);
    }
    return TagHistory.of(database, EnginePaths.actor(request).team(), tag, limit);
  }
}
