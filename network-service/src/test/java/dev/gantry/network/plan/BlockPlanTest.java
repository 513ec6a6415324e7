package dev.gantry.network.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BlockPlanTest {
  @ParameterizedTest
  @CsvSource({
    "172.17.0.0/16, 24",
    "192.168.0.0/20, 24",
    "10.1.1.0/24, 28",
    "10.1.1.0/29, 32",
    "10.1.1.0/32, 32",
    "fd00::/64, 68"
  })
  void cutsSmallNetworksIntoSmallerBlocks(String range, int expected) {
    assertThat(BlockPlan.blockLength(Cidr.parse(range), 24)).isEqualTo(expected);
  }

  @Test
  void goesRoundBeforeItUsesAgainWhatWasGivenBack() {
    BlockPlan plan = plan("172.17.0.0/16", 24, "172.17.0.1");
    Cidr first = plan.freeBlock(List.of(), Optional.empty()).orElseThrow();
    assertThat(first).hasToString("172.17.0.0/24");
    assertThat(plan.freeBlock(List.of(), Optional.of(first)).orElseThrow())
        .hasToString("172.17.1.0/24");
    Cidr last = Cidr.parse("172.17.255.0/24");
    assertThat(plan.freeBlock(List.of(last), Optional.of(last)).orElseThrow())
        .hasToString("172.17.0.0/24");
  }

  @Test
  void neverLeasesABlockOfReservedAddressesOnly() {
    BlockPlan plan = plan("10.1.1.0/29", 32, "10.1.1.1");
    List<Cidr> leased = new ArrayList<>();
    Optional<Cidr> last = Optional.empty();
    for (Optional<Cidr> block = plan.freeBlock(leased, last);
        block.isPresent();
        block = plan.freeBlock(leased, last)) {
      leased.add(block.get());
      last = block;
    }
    assertThat(leased)
        .extracting(Cidr::toString)
        .containsExactly("10.1.1.2/32", "10.1.1.3/32", "10.1.1.4/32", "10.1.1.5/32", "10.1.1.6/32");
  }

  @Test
  void tellsWhichAddressesOfABlockAreSpokenFor() {
    BlockPlan plan = plan("172.17.0.0/16", 24, "172.17.0.1");
    assertThat(plan.reservedIn(Cidr.parse("172.17.0.0/24")))
        .extracting(IpAddress::toString)
        .containsExactly("172.17.0.0", "172.17.0.1");
    assertThat(plan.reservedIn(Cidr.parse("172.17.1.0/24"))).isEmpty();
    assertThat(plan.reservedIn(Cidr.parse("172.17.255.0/24")))
        .extracting(IpAddress::toString)
        .containsExactly("172.17.255.255");
  }

  @Test
  void keepsToTheRangeThatWasAskedFor() {
    BlockPlan plan =
        BlockPlan.of(
            Cidr.parse("10.5.0.0/16"),
            Cidr.parse("10.5.8.0/24"),
            28,
            Set.of(IpAddress.parse("10.5.0.1")));
    List<Cidr> leased = new ArrayList<>();
    for (Optional<Cidr> block = plan.freeBlock(leased, Optional.empty());
        block.isPresent();
        block = plan.freeBlock(leased, Optional.empty())) {
      leased.add(block.get());
    }
    assertThat(leased).hasSize(16).allMatch(Cidr.parse("10.5.8.0/24")::contains);
  }

  private static BlockPlan plan(String subnet, int length, String gateway) {
    Cidr cidr = Cidr.parse(subnet);
    return BlockPlan.of(cidr, cidr, length, Set.of(IpAddress.parse(gateway)));
  }
}
