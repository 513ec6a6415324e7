package dev.gantry.network.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.EngineJson;
import dev.gantry.engine.NetworkCreateRequest;
import dev.gantry.services.ServiceException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a network can be, and what cannot be. */
class NewNetworkTest {
  private static NewNetwork read(String json) {
    return NewNetwork.of(EngineJson.MAPPER.readValue(json, NetworkCreateRequest.class));
  }

  private static String planned(String plan) {
    return "{\"Name\":\"x\",\"IPAM\":{\"Config\":[" + plan + "]}}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Subnet\":\"10.9.0.0/24\"}",
        "{\"Subnet\":\"10.9.0.7/24\",\"Gateway\":\"10.9.0.254\"}",
        "{\"Subnet\":\"10.9.0.0/30\",\"AuxiliaryAddresses\":{\"a\":\"10.9.0.2\"}}",
        "{\"Subnet\":\"10.9.0.0/24\",\"IPRange\":\"10.9.0.128/25\"}",
        "{}"
      })
  void whatCanBe(String plan) {
    assertThat(read(planned(plan)).name()).isEqualTo("x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"Subnet":"10.9.0.0/24","Gateway":"10.9.0.0"}    | failed to allocate gateway (10.9.0.0): Address already in use
          {"Subnet":"10.9.0.0/24","Gateway":"10.9.0.255"}  | failed to allocate gateway (10.9.0.255): Address already in use
          {"Subnet":"10.9.0.0/24","AuxiliaryAddresses":{"a":"10.9.0.1"}} | secondary ip address (a:10.9.0.1): Address already in use
          {"Subnet":"10.9.0.0/24","AuxiliaryAddresses":{"a":"10.9.0.255"}} | secondary ip address (a:10.9.0.255): Address already in use
          {"Subnet":"10.9.0.0/24","Gateway":"10.9.0.9","AuxiliaryAddresses":{"a":"10.9.0.9"}} | secondary ip address (a:10.9.0.9)
          {"Subnet":"10.9.0.0/24","AuxiliaryAddresses":{"a":"10.9.0.5","b":"10.9.0.5"}} | 10.9.0.5): Address already in use
          {"Subnet":"10.9.0.0/24","AuxiliaryAddresses":{"a":"10.8.0.5"}} | no matching subnet for aux-address 10.8.0.5
          {"Subnet":"10.9.0.0/31"}                         | want a prefix length of 8 to 30
          {"Subnet":"fd00::/64"}                           | networks with IPv6 are not supported
          """)
  void whatNoPlanCanBe(String plan, String message) {
    assertThatThrownBy(() -> read(planned(plan)))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "com.docker.network.bridge.enable_icc, 0, true",
    "com.docker.network.bridge.enable_icc, no, false",
    "com.docker.network.driver.mtu, 1400, true",
    "com.docker.network.driver.mtu, 67, false",
    "com.docker.network.bridge.host_binding_ipv4, 127.0.0.1, true",
    "com.docker.network.bridge.host_binding_ipv4, ::1, false",
    "com.docker.network.enable_ipv4, true, true",
    "com.docker.network.enable_ipv4, false, false",
    "com.docker.network.enable_ipv6, false, true",
    "com.docker.network.enable_ipv6, true, false",
    "encrypted, false, true",
    "encrypted, '', false",
    "com.docker.network.container_iface_prefix, lan, false",
    "com.docker.network.bridge.name, br0, false",
    "of.ones.own, anything, true"
  })
  void anOptionHasItsEffectOrIsRefused(String key, String value, boolean taken) {
    String json = "{\"Name\":\"x\",\"Options\":{\"" + key + "\":\"" + value + "\"}}";
    if (taken) {
      assertThat(read(json).options()).containsEntry(key, value);
    } else {
      assertThatThrownBy(() -> read(json)).isInstanceOf(ServiceException.class);
    }
  }
}
