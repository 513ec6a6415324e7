package dev.gantry.services;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StreamLimitTest {
  @Test
  void oneTooManyIsRefusedUntilAnotherEnds() {
    StreamLimit limit = StreamLimit.of(2);
    StreamLimit.Place first = limit.take();
    StreamLimit.Place second = limit.take();
    assertThatThrownBy(limit::take).hasMessageContaining("2 streams are open");

    first.close();
    first.close();
    StreamLimit.Place third = limit.take();
    assertThatThrownBy(limit::take).isInstanceOf(ServiceException.class);
    second.close();
    third.close();
  }
}
