package dev.gantry.network.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PoolsTest {
  private static final Pools DEFAULT = new Pools(Pools.DEFAULT.stream().map(Pool::parse).toList());

  @Test
  void beginsWhereClientsExpectIt() {
    assertThat(DEFAULT.freeSubnet(List.of())).contains(Cidr.parse("172.17.0.0/16"));
  }

  @Test
  void stepsOverWhatAnyHostUses() {
    List<Cidr> taken =
        cidrs("172.17.0.0/16", "172.18.7.0/24", "172.19.0.0/16", "127.0.0.0/8", "0.0.0.0/1");
    assertThat(DEFAULT.freeSubnet(taken)).contains(Cidr.parse("172.20.0.0/16"));
    assertThat(DEFAULT.freeSubnet(cidrs("172.16.0.0/12"))).contains(Cidr.parse("192.168.0.0/20"));
    assertThat(DEFAULT.freeSubnet(cidrs("172.16.0.0/12", "192.168.1.0/24")))
        .contains(Cidr.parse("192.168.16.0/20"));
  }

  @Test
  void endsWhenAllIsTaken() {
    Pools small = new Pools(List.of(Pool.parse("10.0.0.0/30:31")));
    assertThat(small.freeSubnet(cidrs("10.0.0.0/32", "10.0.0.3/32"))).isEmpty();
    assertThat(DEFAULT.freeSubnet(cidrs("0.0.0.0/0"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void findsTheLowestThatIsFreeAsTryingEachOneDoes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Pool pool = Pool.parse("10.0.0.0/20:" + random.nextInt(22, 27));
    Pools pools = new Pools(List.of(pool));
    Set<Cidr> taken = new HashSet<>();
    while (true) {
      Optional<Cidr> found = pools.freeSubnet(taken);
      assertThat(found).as("seed %d, taken %s", seed, taken).isEqualTo(lowestByTrying(pool, taken));
      if (found.isEmpty()) {
        return;
      }
      taken.add(found.get());
      int length = random.nextInt(18, 33);
      taken.add(Cidr.around(IpAddress.parse("10.0.0.0").plus(random.nextInt(1 << 12)), length));
      if (random.nextInt(3) == 0) {
        taken.remove(new ArrayList<>(taken).get(random.nextInt(taken.size())));
      }
      taken.removeIf(cidr -> cidr.length() < 21 && random.nextInt(8) != 0);
    }
  }

  private static Optional<Cidr> lowestByTrying(Pool pool, Set<Cidr> taken) {
    int count = 1 << (pool.subnetLength() - pool.range().length());
    int size = 1 << (32 - pool.subnetLength());
    return IntStream.range(0, count)
        .mapToObj(i -> new Cidr(pool.range().first().plus((long) i * size), pool.subnetLength()))
        .filter(candidate -> taken.stream().noneMatch(candidate::overlaps))
        .findFirst();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0/8",
        "10.0.0.0/8:7",
        "10.0.0.0/8:33",
        "10.0.0.1/8:16",
        "10.0.0.0/8:x",
        ""
      })
  void refusesAPoolThatMakesNoSense(String text) {
    assertThatThrownBy(() -> Pool.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  private static List<Cidr> cidrs(String... texts) {
    return List.of(texts).stream().map(Cidr::parse).toList();
  }
}
