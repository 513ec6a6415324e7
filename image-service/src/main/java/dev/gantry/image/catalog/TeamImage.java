package dev.gantry.image.catalog;

import dev.gantry.engine.Digest;
import dev.gantry.engine.Reference;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An image as one team has it.
 *
 * @param parent from which it was made here; it may be gone
 * @param size of its layers, unpacked
 * @param tags the team's names for it, in order
 * @param digests the repositories' names for its manifest, in order
 * @param parts names among them that stand in an index which is among them, too
 */
public record TeamImage(
    Digest id,
    Digest manifest,
    Optional<Digest> parent,
    Optional<Instant> created,
    Map<String, String> labels,
    long size,
    Optional<Instant> lastTaggedAt,
    List<Reference> tags,
    List<Reference> digests,
    Set<Reference> parts) {

  /** No name leads to it. */
  public boolean isDangling() {
    return tags.isEmpty() && digests.isEmpty();
  }

  public List<String> repoTags() {
    return tags.stream().map(Reference::familiar).toList();
  }

  /** As people call it: by the index where there is one. */
  public List<String> repoDigests() {
    return digests.stream().filter(name -> !parts.contains(name)).map(Reference::familiar).toList();
  }

  /** The first 12 digits of the id, as people see it. */
  public String shortId() {
    return id.hex().substring(0, 12);
  }
}
