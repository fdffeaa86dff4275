// Random numbers from a seed, and the noise of skdigits.SaltPepperNoise.
const random = (() => {
  "use strict";

  // The 32-bit generator that is known as mulberry32.
  function uniform(seed) {
    let state = seed >>> 0;
    return () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
  }

  // Standard normal numbers (Box and Muller, 1958).
  function normal(seed) {
    const next = uniform(seed);
    return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  }

  // Replaces each pixel with probability `amount`, by 1 or 0 with equal probability.
  //
  // With the same seed, more noise adds to the noise that is there.
  function saltAndPepper(image, amount, seed) {
    const next = uniform(seed);
    return image.map((pixel) => {
      const [replaces, salt] = [next() < amount, next() < 0.5];
      return replaces ? Number(salt) : pixel;
    });
  }

  return { uniform, normal, saltAndPepper };
})();
