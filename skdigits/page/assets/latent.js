// Latent vectors of a generator: sampled from mixtures, encoded and decoded.
const latentSpace = (() => {
  "use strict";

  const oneHot = (index, n) =>
    Float32Array.from({ length: n }, (_, i) => Number(i === index));

  function join(first, second) {
    const joined = new Float32Array(first.length + second.length);
    joined.set(first);
    joined.set(second, first.length);
    return joined;
  }

  // Builds the functions of a generator from its description in the page.
  function build(generator) {
    const [encode, decode] = [generator.encoder, generator.decoder].map((half) =>
      network.build(half.layers, half.weights.map(weightArrays.decode)),
    );
    const nClasses = generator.labels.length;
    const latentSize = generator.latentSize;
    const mixtures = generator.mixtures.map((mixture) => ({
      weights: mixture.weights,
      means: weightArrays.decode(mixture.means),
      // Lower triangular matrices L: L L^T is the covariance.
      factors: weightArrays.decode(mixture.factors),
    }));

    function choose(weights, number) {
      let rest = number;
      const chosen = weights.findIndex((weight) => (rest -= weight) < 0);
      return chosen < 0 ? weights.length - 1 : chosen;
    }

    return {
      encode: (image, label) =>
        encode(join(image, oneHot(label, nClasses))).slice(0, latentSize),

      // `label` is a class index, or one weight for each class.
      decode: (vector, label) =>
        decode(
          join(vector, typeof label === "number" ? oneHot(label, nClasses) : label),
        ),

      sample(label, seed) {
        const { weights, means, factors } = mixtures[label];
        const component = choose(weights, random.uniform(seed)());
        const next = random.normal(seed + 1);
        const noise = Float32Array.from({ length: latentSize }, next);
        return noise.map((_, i) => {
          let sum = means[component * latentSize + i];
          const row = (component * latentSize + i) * latentSize;
          for (let j = 0; j <= i; j += 1) sum += factors[row + j] * noise[j];
          return sum;
        });
      },
    };
  }

  return { build, oneHot };
})();
