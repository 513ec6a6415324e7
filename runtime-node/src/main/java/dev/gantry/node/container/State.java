package dev.gantry.node.container;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of a container; each holds only what it has.
 *
 * <pre>
 *            STARTED        FROZEN         THAWED     ENDED         START_FAILED  RETRY        GIVE_UP   REMOVING   REMOVE_FAILED
 * created    running        -              -          -             created       -            -         removing   -
 * running    -              paused         -          exited        -             -            -         -          -
 * paused     -              -              running    exited        -             -            -         -          -
 * exited     running        -              -          -             exited        restarting   exited    removing   -
 * restarting running        -              -          -             exited        -            exited    -          -
 * removing   -              -              -          -             -             -            -         removing   dead
 * dead       -              -              -          -             -             -            -         removing   dead
 * </pre>
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
  @JsonSubTypes.Type(value = State.Created.class, name = "created"),
  @JsonSubTypes.Type(value = State.Running.class, name = "running"),
  @JsonSubTypes.Type(value = State.Paused.class, name = "paused"),
  @JsonSubTypes.Type(value = State.Restarting.class, name = "restarting"),
  @JsonSubTypes.Type(value = State.Exited.class, name = "exited"),
  @JsonSubTypes.Type(value = State.Removing.class, name = "removing"),
  @JsonSubTypes.Type(value = State.Dead.class, name = "dead")
})
public sealed interface State {

  /**
   * One run of the container's first process.
   *
   * @param attempt starts by policy since there last was a long run, this one included
   */
  record Life(
      int pid, long pidStart, int conmonPid, long conmonStart, Instant startedAt, int attempt) {}

  /**
   * How a run ended. {@code startedAt} is null where the process never ran.
   *
   * @param error why it could not be started; empty where it ran
   */
  record End(
      int exitCode,
      boolean oomKilled,
      String error,
      @Nullable Instant startedAt,
      Instant finishedAt) {}

  /** Never ran. A failed start leaves its exit code and reason. */
  record Created(int exitCode, String error) implements State {}

  record Running(Life life) implements State {}

  /**
   * @param brief the node itself holds it for a moment, and lets it go on also after a crash
   */
  record Paused(Life life, boolean brief) implements State {}

  /**
   * Ended and to be started again.
   *
   * @param attempt which start since there last was a long run the next one is
   */
  record Restarting(End last, int attempt, Instant due) implements State {}

  record Exited(End last) implements State {}

  /** Being taken apart; only forward from here. */
  record Removing(@Nullable End last) implements State {}

  /** Could not be taken apart wholly. */
  record Dead(@Nullable End last, String reason) implements State {}

  /** Something that happened to a container. */
  sealed interface Input {
    record Started(Life life) implements Input {}

    record StartFailed(int exitCode, String error, Instant at) implements Input {}

    record Frozen(boolean brief) implements Input {}

    record Thawed() implements Input {}

    record Ended(int exitCode, boolean oomKilled, Instant at) implements Input {}

    record Retry(int attempt, Instant due) implements Input {}

    record GiveUp() implements Input {}

    record Removal() implements Input {}

    record RemovalFailed(String reason) implements Input {}
  }

  /** The state after {@code input}, or null where it cannot happen in this state. */
  default @Nullable State after(Input input) {
    return switch (input) {
      case Input.Started started -> isStartable() ? new Running(started.life()) : null;
      case Input.StartFailed failed -> afterFailedStart(failed);
      case Input.Frozen(boolean brief) ->
          this instanceof Running(Life life) ? new Paused(life, brief) : null;
      case Input.Thawed _ -> this instanceof Paused(Life life, _) ? new Running(life) : null;
      case Input.Ended ended -> afterEnd(ended);
      case Input.Retry(int attempt, Instant due) ->
          this instanceof Exited(End last) ? new Restarting(last, attempt, due) : null;
      case Input.GiveUp _ ->
          switch (this) {
            case Restarting restarting -> new Exited(restarting.last());
            case Exited exited -> exited;
            default -> null;
          };
      case Input.Removal _ ->
          switch (this) {
            case Created _ -> new Removing(null);
            case Exited(End last) -> new Removing(last);
            case Removing removing -> removing;
            case Dead dead -> new Removing(dead.last());
            case Running _, Paused _, Restarting _ -> null;
          };
      case Input.RemovalFailed(String reason) ->
          switch (this) {
            case Removing removing -> new Dead(removing.last(), reason);
            case Dead dead -> new Dead(dead.last(), reason);
            default -> null;
          };
    };
  }

  private @Nullable State afterFailedStart(Input.StartFailed failed) {
    End last = last();
    if (this instanceof Created) {
      return new Created(failed.exitCode(), failed.error());
    }
    if (last == null || !isStartable()) {
      return null;
    }
    // Who asked for a start is told its exit code; after one by policy the last run's stands.
    boolean byPolicy = this instanceof Restarting;
    return new Exited(
        new End(
            byPolicy ? last.exitCode() : failed.exitCode(),
            byPolicy && last.oomKilled(),
            failed.error(),
            last.startedAt(),
            last.finishedAt()));
  }

  private @Nullable State afterEnd(Input.Ended ended) {
    Life life = life();
    return life == null
        ? null
        : new Exited(
            new End(ended.exitCode(), ended.oomKilled(), "", life.startedAt(), ended.at()));
  }

  default boolean isStartable() {
    return this instanceof Created || this instanceof Exited || this instanceof Restarting;
  }

  /** The run that is going on, paused or not. */
  default @Nullable Life life() {
    return switch (this) {
      case Running(Life life) -> life;
      case Paused(Life life, _) -> life;
      default -> null;
    };
  }

  /** How the last run ended, while none is going on. */
  default @Nullable End last() {
    return switch (this) {
      case Created _, Running _, Paused _ -> null;
      case Restarting restarting -> restarting.last();
      case Exited exited -> exited.last();
      case Removing removing -> removing.last();
      case Dead dead -> dead.last();
    };
  }

  /** The word of the Engine API. */
  default String status() {
    return switch (this) {
      case Created _ -> "created";
      case Running _ -> "running";
      case Paused _ -> "paused";
      case Restarting _ -> "restarting";
      case Exited _ -> "exited";
      case Removing _ -> "removing";
      case Dead _ -> "dead";
    };
  }
}
