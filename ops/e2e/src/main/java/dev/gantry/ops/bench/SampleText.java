package dev.gantry.ops.bench;

import java.io.InputStream;
import java.util.SplittableRandom;

/**
 * Pseudo-random bytes that compress about as programs and libraries do, to two fifths: words of a
 * vocabulary, the frequent ones often, and now and then noise. One seed always gives the same.
 */
final class SampleText extends InputStream {
  private static final int WORDS = 1024;
  private static final int LONGEST_WORD = 14;
  private static final int NOISE_IN_256 = 20;

  private final SplittableRandom random;
  private final byte[][] vocabulary = new byte[WORDS][];
  private byte[] word = new byte[0];
  private int at;

  SampleText(long seed) {
    random = new SplittableRandom(seed);
    for (int i = 0; i < WORDS; i++) {
      vocabulary[i] = new byte[4 + random.nextInt(LONGEST_WORD - 3)];
      random.nextBytes(vocabulary[i]);
    }
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    int _ = read(one, 0, 1);
    return one[0] & 0xff;
  }

  /** There is no end. */
  @Override
  public int read(byte[] into, int offset, int length) {
    int filled = 0;
    while (filled < length) {
      if (at == word.length) {
        next();
      }
      int count = Math.min(length - filled, word.length - at);
      System.arraycopy(word, at, into, offset + filled, count);
      at += count;
      filled += count;
    }
    return length;
  }

  private void next() {
    int draw = random.nextInt();
    at = 0;
    if ((draw & 0xff) < NOISE_IN_256) {
      word = new byte[LONGEST_WORD];
      random.nextBytes(word);
    } else {
      // The smaller of two draws: some words come more often than others.
      word = vocabulary[Math.min((draw >>> 8) % WORDS, (draw >>> 16) % WORDS)];
    }
  }
}
