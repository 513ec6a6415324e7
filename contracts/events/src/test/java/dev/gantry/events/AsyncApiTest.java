package dev.gantry.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The description in {@code contracts/events/asyncapi.json} is what the records say. */
class AsyncApiTest {
  private static final Path DESCRIPTION = Path.of("asyncapi.json");

  @Test
  void describesTheTopicsAsTheyAre() throws IOException {
    String expected = AsyncApi.describe();
    if (Boolean.getBoolean("asyncapi.write")) {
      Files.writeString(DESCRIPTION, expected);
    }
    assertThat(Files.readString(DESCRIPTION))
        .as("run the test with -Dasyncapi.write=true and look at the difference")
        .isEqualTo(expected);
  }
}
