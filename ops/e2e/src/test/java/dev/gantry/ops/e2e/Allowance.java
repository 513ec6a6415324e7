package dev.gantry.ops.e2e;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** What may differ from the definition, and why. */
enum Allowance {
  ;

  private final Pattern form;

  Allowance(String form) {
    this.form = Pattern.compile(form);
  }

  /** The one that covers a difference, written as operation, blank, difference. */
  static Optional<Allowance> of(String operation, String what) {
    return Arrays.stream(values())
        .filter(each -> each.form.matcher(operation + " " + what).lookingAt())
        .findFirst();
  }
}
