package dev.gantry.audit.trail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChainTest {
  @Test
  void everyPartCounts() {
    String hash = Chain.next(Chain.START, "shop", 1, "{}");
    assertThat(hash).matches("[0-9a-f]{64}");
    assertThat(Chain.next(hash, "shop", 1, "{}")).isNotEqualTo(hash);
    assertThat(Chain.next(Chain.START, "shop2", 1, "{}")).isNotEqualTo(hash);
    assertThat(Chain.next(Chain.START, "shop", 2, "{}")).isNotEqualTo(hash);
    assertThat(Chain.next(Chain.START, "shop", 1, "{ }")).isNotEqualTo(hash);
  }

  @Test
  void partsCannotBeMovedFromOneToTheNext() {
    assertThat(Chain.next(Chain.START, "a", 11, "x"))
        .isNotEqualTo(Chain.next(Chain.START, "a1", 1, "x"));
    assertThat(Chain.next(Chain.START, "a", 1, "1x"))
        .isNotEqualTo(Chain.next(Chain.START, "a", 11, "x"));
  }

  @Test
  void aChangedRecordIsSeen() {
    String hash = Chain.next(Chain.START, "shop", 1, "{\"verb\":\"a\"}");
    assertThat(new AuditRecord("shop", 1, "e", "{\"verb\":\"a\"}", Chain.START, hash).isIntact())
        .isTrue();
    assertThat(new AuditRecord("shop", 1, "e", "{\"verb\":\"b\"}", Chain.START, hash).isIntact())
        .isFalse();
  }
}
