package dev.gantry.node.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The options of logging drivers, as they are given and as they are refused. */
class LogLimitTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          json-file |                                      | -1
          json-file | max-size=10m                         | 10485760
          json-file | max-size=10M max-file=3              | 31457280
          json-file | max-size=1.5k                        | 1536
          json-file | max-size=1000                        | 1000
          json-file | max-size=2g max-file=2 compress=true | 4294967296
          json-file | max-size=-1                          | -1
          json-file | max-file=3                           | -1
          json-file | labels=a,b env=C tag={{.ID}}         | -1
          local     |                                      | 104857600
          local     | max-size=1m                          | 5242880
          local     | max-size=1m max-file=1               | 1048576
          none      |                                      | 1048576
          """)
  void whatIsKept(String driver, String options, long bytes) {
    assertThat(LogLimit.of(driver, map(options)).map(LogLimit::bytes).orElse(-1L)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          json-file | max-size=ten                     | invalid size: 'ten'
          json-file | max-size=0                       | max-size should be a positive number
          json-file | max-size=9999999p                | max-size should be a positive number
          json-file | max-size=1m max-file=0           | max-file cannot be less than 1
          json-file | max-file=some                    | invalid max-file
          json-file | max-size=1m compress=true        | compress cannot be true when max-file is less than 2
          json-file | max-size=1m max-file=2 compress=x | invalid value for compress
          json-file | mode=non-blocking-no             | unknown log opt 'mode' for json-file log driver
          json-file | env-regex=(                      | error parsing regexp: missing closing ): `(`
          json-file | tag={{.Nosuch}}                  | the log tag's {{.Nosuch}} is none of
          json-file | max-size=1t max-file=4000        | less than a pebibyte
          local     | labels=a                         | unknown log opt 'labels' for local log driver
          """)
  void whatIsRefused(String driver, String options, String message) {
    assertThatThrownBy(() -> LogLimit.of(driver, map(options)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static Map<String, String> map(String options) {
    return options == null
        ? Map.of()
        : Arrays.stream(options.split(" "))
            .map(option -> option.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }
}
