package dev.gantry.node.log;

/** Reads the fixed-width UTC time of a record as nanoseconds since the epoch, without objects. */
final class Stamps {
  private Stamps() {}

  static long nanos(byte[] bytes, int start) {
    long year = number(bytes, start, 4);
    long month = number(bytes, start + 5, 2);
    long day = number(bytes, start + 8, 2);
    long seconds =
        daysSinceEpoch(year, month, day) * 86_400
            + number(bytes, start + 11, 2) * 3600
            + number(bytes, start + 14, 2) * 60
            + number(bytes, start + 17, 2);
    return seconds * 1_000_000_000L + number(bytes, start + 20, 9);
  }

  /** The proleptic Gregorian calendar, counted from March so that a leap day is a year's last. */
  private static long daysSinceEpoch(long year, long month, long day) {
    long y = month <= 2 ? year - 1 : year;
    long era = Math.floorDiv(y, 400);
    long yearOfEra = y - era * 400;
    long dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    long dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097 + dayOfEra - 719_468;
  }

  private static long number(byte[] bytes, int from, int digits) {
    long value = 0;
    for (int i = from; i < from + digits; i++) {
      value = value * 10 + (bytes[i] - '0');
    }
    return value;
  }
}
