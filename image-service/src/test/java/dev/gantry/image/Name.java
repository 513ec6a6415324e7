package dev.gantry.image;

import dev.gantry.image.transfer.TestImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A name that one client alone gives and takes away: the image that it has to lead to, and what has
 * to have been told of it. A change that was not answered has happened wholly or not at all.
 */
final class Name {
  /** How its images come. */
  enum Way {
    PUSHED("tag"),
    LOADED("load", "tag"),
    PULLED("pull");

    private final List<String> told;

    Way(String... told) {
      this.told = List.of(told);
    }
  }

  /** A call that changes it. */
  @FunctionalInterface
  interface Call {
    void run() throws Exception;
  }

  final Way way;
  final String repository;
  final String tag;
  private final List<String> told = new ArrayList<>();
  private Optional<TestImage> image = Optional.empty();
  private Optional<Optional<TestImage>> unsure = Optional.empty();

  Name(Way way, String repository, String tag) {
    this.way = way;
    this.repository = repository;
    this.tag = tag;
  }

  Optional<TestImage> image() {
    return image;
  }

  /** As events and users call it. */
  String shown() {
    return repository + ":" + tag;
  }

  void give(TestImage next, Call call) throws Exception {
    change(Optional.of(next), call);
  }

  void take(Call call) throws Exception {
    change(Optional.empty(), call);
  }

  private void change(Optional<TestImage> next, Call call) throws Exception {
    unsure = Optional.of(next);
    call.run();
    happened(next);
  }

  private void happened(Optional<TestImage> next) {
    told.addAll(next.isPresent() ? way.told : List.of("untag"));
    image = next;
    unsure = Optional.empty();
  }

  /** What it may lead to. */
  List<Optional<TestImage>> possible() {
    return unsure.map(next -> List.of(image, next)).orElseGet(() -> List.of(image));
  }

  /** Says which of the {@link #possible} it is. */
  void settle(Optional<TestImage> found) {
    if (unsure.isPresent() && found.equals(unsure.get())) {
      happened(found);
    }
    unsure = Optional.empty();
  }

  /** The actions of which events have to tell, in order; from now on, those that come after. */
  List<String> takeTold() {
    List<String> taken = List.copyOf(told);
    told.clear();
    return taken;
  }

  /** True where the action is one of those that {@link #takeTold} speaks of. */
  boolean isTold(String action) {
    return action.equals("untag") || way.told.contains(action);
  }
}
