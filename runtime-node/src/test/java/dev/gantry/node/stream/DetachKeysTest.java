package dev.gantry.node.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DetachKeysTest {

  @Test
  void theDefaultIsCtrlPCtrlQ() {
    assertThat(feed(DetachKeys.parse(null), "ab\u0010\u0011c")).isEqualTo("ab<detached>");
    assertThat(feed(DetachKeys.parse(""), "\u0010", "\u0011")).isEqualTo("<detached>");
  }

  @Test
  void whatOnlyBeginsLikeTheKeysIsPassedOn() {
    assertThat(feed(DetachKeys.parse(null), "a\u0010b", "\u0010\u0010\u0011"))
        .isEqualTo("a\u0010b\u0010<detached>");
    assertThat(feed(DetachKeys.parse("a,b,c"), "abab", "xabc")).isEqualTo("ababx<detached>");
  }

  @Test
  void customKeysAndOddOnes() {
    assertThat(feed(DetachKeys.parse("ctrl-@,x"), "y\0x")).isEqualTo("y<detached>");
    assertThat(feed(DetachKeys.parse("ctrl-\\"), "y\u001c")).isEqualTo("y<detached>");
    assertThat(feed(DetachKeys.none(), "\u0010\u0011")).isEqualTo("\u0010\u0011");
    assertThatThrownBy(() -> DetachKeys.parse("ctrl-ä"))
        .hasMessage("Invalid detach keys (ctrl-ä) provided");
    assertThatThrownBy(() -> DetachKeys.parse("abc")).isInstanceOf(IllegalArgumentException.class);
  }

  private static String feed(DetachKeys keys, String... pieces) {
    var out = new StringBuilder();
    for (String piece : pieces) {
      byte[] bytes = piece.getBytes(US_ASCII);
      var result = keys.accept(bytes, bytes.length);
      out.append(new String(result.passed(), US_ASCII));
      if (result.detached()) {
        out.append("<detached>");
      }
    }
    return out.toString();
  }
}
