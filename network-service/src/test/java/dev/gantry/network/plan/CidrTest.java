package dev.gantry.network.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CidrTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "172.17.0.0/16",
        "0.0.0.0/0",
        "10.1.2.3/32",
        "fd00::/64",
        "::/0",
        "2001:db8::1/128",
        "fd00:0:0:1::/64"
      })
  void readsBackWhatItWrites(String text) {
    assertThat(Cidr.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "172.17.0.1/16",
        "172.17.0.0",
        "172.17.0.0/33",
        "172.17.0.0/-1",
        "172.17.0.0/016",
        "172.17.0/16",
        "172.017.0.0/16",
        "256.0.0.0/8",
        "1.2.3.4.5/32",
        "/8",
        "localhost/8",
        "fe80::1%lo/128",
        "::ffff:10.0.0.0/104",
        "fd00::/129",
        "1.2.3.4/",
        "a/b/c",
        "1.2.3.4./8",
        "0x7f.0.0.1/8",
        ":/8"
      })
  void refusesWhatIsNoPrefix(String text) {
    assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void takesTheHostBitsAwayWhereAsked() {
    assertThat(Cidr.around("172.17.5.9/16")).isEqualTo(Cidr.parse("172.17.0.0/16"));
    assertThat(Cidr.around("fd00::5/64")).isEqualTo(Cidr.parse("fd00::/64"));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.0/16, true",
    "10.255.0.0/16, 10.0.0.0/8, true",
    "10.0.0.0/9, 10.128.0.0/9, false",
    "10.0.0.0/8, fd00::/8, false",
    "0.0.0.0/0, 1.1.1.1/32, true"
  })
  void tellsOverlap(String one, String other, boolean expected) {
    assertThat(Cidr.parse(one).overlaps(Cidr.parse(other))).isEqualTo(expected);
  }

  @Test
  void countsAndEnds() {
    Cidr cidr = Cidr.parse("192.168.16.0/20");
    assertThat(cidr.size()).isEqualTo(BigInteger.valueOf(4096));
    assertThat(cidr.last()).hasToString("192.168.31.255");
    assertThat(Cidr.parse("::/0").last()).hasToString("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  }

  @Test
  void shortensTheFirstLongestRunOfZeros() {
    assertThat(IpAddress.parse("2001:db8:0:0:1:0:0:1")).hasToString("2001:db8::1:0:0:1");
    assertThat(IpAddress.parse("2001:0:0:1:0:0:0:1")).hasToString("2001:0:0:1::1");
    assertThat(IpAddress.parse("2001:db8:0:1:1:1:1:1")).hasToString("2001:db8:0:1:1:1:1:1");
    assertThat(IpAddress.parse("1::")).hasToString("1::");
    assertThat(IpAddress.parse("::")).hasToString("::");
  }

  @Test
  void sortsByFamilyThenAddressThenLength() {
    assertThat(
            List.of("fd00::/8", "10.0.0.0/16", "9.0.0.0/8", "10.0.0.0/8").stream()
                .map(Cidr::parse)
                .sorted()
                .map(Cidr::toString))
        .containsExactly("9.0.0.0/8", "10.0.0.0/8", "10.0.0.0/16", "fd00::/8");
  }
}
