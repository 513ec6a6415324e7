package dev.gantry.image.rule;

/** Something is against a rule that the team or the operator has set; the message is for people. */
public final class RuleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Against which rule. */
  public enum Rule {
    QUOTA,
    IMMUTABLE_TAG
  }

  private final Rule rule;

  public RuleException(Rule rule, String message) {
    super(message);
    this.rule = rule;
  }

  public Rule rule() {
    return rule;
  }

  public String text() {
    return String.valueOf(getMessage());
  }
}
