package dev.gantry.image.transfer;

import static dev.gantry.image.transfer.TestStore.ANN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.image.remote.Credentials;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is shown to registries, to which of them, and to which addresses nothing goes at all. */
class WhoAsksTest extends EmptyStore {
  private static final TestImage IMAGE = TestImage.of("amd64", 5, 3_000);
  private static final String BASIC =
      "Basic " + Base64.getEncoder().encodeToString("ann:secret".getBytes(UTF_8));
  private static final Credentials CREDENTIALS =
      header("{\"username\":\"ann\",\"password\":\"secret\"}");

  private FaultyRegistry registry;
  private FaultyRegistry other;
  private String name;

  @BeforeEach
  void start() throws Exception {
    registry = new FaultyRegistry();
    other = new FaultyRegistry();
    registry.put("1", IMAGE);
    other.put("1", IMAGE);
    name = registry.address() + "/shop/web";
  }

  @AfterEach
  void stop() throws Exception {
    registry.close();
    other.close();
  }

  private static Credentials header(String json) {
    return Credentials.parse(Base64.getUrlEncoder().encodeToString(json.getBytes(UTF_8)));
  }

  @Test
  void aPasswordIsShownToTheRegistryThatAsksForIt() throws Exception {
    registry.challenge = "Basic realm=\"here\"";
    registry.wanted = BASIC;
    store.pull(ANN, name, "1", CREDENTIALS);
    assertThat(store.image(ANN, name + ":1")).isPresent();
    assertThatThrownBy(() -> store.pull(name, "1"))
        .hasMessage(
            "Get \"http://%s/v2/shop/web/manifests/1\": no basic auth credentials"
                .formatted(registry.address()));
    Credentials wrong = header("{\"username\":\"ann\",\"password\":\"wrong\"}");
    assertThatThrownBy(() -> store.pull(ANN, name, "1", wrong))
        .hasMessage("unauthorized: authentication required");
  }

  @Test
  void aTokenIsFetchedWhereTheRegistrySaysAndShownToItAlone() throws Exception {
    registry.challenge =
        "Bearer realm=\"http://%s/token\",service=\"it\"".formatted(other.address());
    registry.wanted = "Bearer the-token";
    registry.elsewhere = "http://" + other.address();
    store.pull(ANN, name, "1", CREDENTIALS);
    assertThat(store.image(ANN, name + ":1")).isPresent();
    assertThat(other.asked.getFirst().path())
        .isEqualTo("/token?account=ann&service=it&scope=repository%3Ashop%2Fweb%3Apull");
    assertThat(other.asked.getFirst().authorization()).isEqualTo(BASIC);
    // The blobs were elsewhere, and there nobody was told who asks.
    assertThat(other.asked.stream().skip(1))
        .isNotEmpty()
        .allMatch(one -> one.authorization().isEmpty());
    assertThat(registry.asked).noneMatch(one -> one.authorization().equals(BASIC));
  }

  @Test
  void anIdentityTokenIsExchangedAndARegistryTokenIsShownAsItIs() throws Exception {
    registry.challenge = "Bearer realm=\"http://%s/token\"".formatted(other.address());
    registry.wanted = "Bearer the-token";
    store.pull(ANN, name, "1", header("{\"identitytoken\":\"mine\"}"));
    assertThat(other.asked.getFirst().method()).isEqualTo("POST");
    other.asked.clear();
    store.pull(ANN, name, "1", header("{\"registrytoken\":\"the-token\"}"));
    assertThat(other.asked).isEmpty();
  }

  @Test
  void loginIsWhatTheRegistrySays() throws Exception {
    registry.challenge = "Basic realm=\"here\"";
    registry.wanted = BASIC;
    store.registries().login(CREDENTIALS, registry.address());
    registry.wanted = "Basic another";
    assertThatThrownBy(() -> store.registries().login(CREDENTIALS, registry.address()))
        .hasMessage(
            "login attempt to http://%s/v2/ failed with status: 401 Unauthorized"
                .formatted(registry.address()));
  }

  @Test
  void nothingOfItIsShownInAText() {
    assertThat(CREDENTIALS.toString()).doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:%d",
        "localhost:%d",
        "[::1]:%d",
        "0.0.0.0:%d",
        "[::]:%d",
        "169.254.169.254:%d",
        "100.100.100.200:%d",
        "[::ffff:127.0.0.1]:%d",
        "[64:ff9b::7f00:1]:%d",
        "2130706433.:%d",
        "0x7f000001.:%d"
      })
  void privateAddressesAreRefused(String address) {
    assertThatThrownBy(() -> store.pull(address.formatted(5000) + "/shop/web", "1"))
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .containsAnyOf(
                        "is an address of this host", "no such host", "invalid reference format"));
  }

  @Test
  void neitherARedirectNorATokenServerLeadsToThem() throws Exception {
    registry.elsewhere = "http://127.0.0.1:" + other.address().split(":")[1];
    assertThatThrownBy(() -> store.pull(name, "1"))
        .hasMessageContaining("127.0.0.1")
        .hasMessageContaining("is an address of this host");
    registry.elsewhere = "";
    registry.challenge =
        "Bearer realm=\"http://localhost:%s/token\"".formatted(other.address().split(":")[1]);
    registry.wanted = "Bearer the-token";
    assertThatThrownBy(() -> store.pull(ANN, name, "1", CREDENTIALS))
        .hasMessageContaining("is an address of this host");
    assertThat(other.asked).isEmpty();
    assertThat(store.image(ANN, name + ":1")).isEmpty();
  }

  @Test
  void aRegistryThatIsNotNamedAsInsecureIsNotSpokenToInPlainText() throws Exception {
    store.close();
    store =
        TestStore.start(postgres, folder, TestStore.settings(List.of(other.address()), List.of()));
    assertThatThrownBy(() -> store.pull(name, "1")).hasMessageContaining("https://");
    assertThat(registry.asked).isEmpty();
  }
}
