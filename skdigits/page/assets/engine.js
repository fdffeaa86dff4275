// Answers the questions of the page. Runs in a worker, so that the page never waits.
const engine = (() => {
  "use strict";

  let models = null;

  const buildNetwork = ({ layers, weights }, watch) =>
    network.build(layers, weights.map(weightArrays.decode), watch);

  const runAll = (runs, x) => runs.reduce((value, run) => run(value), x);

  const isBlank = (image) => image.every((pixel) => pixel === image[0]);

  // Loads the models of the page; must be the first question.
  function load({ classifier, denoisers, generator }) {
    models = {
      classifier,
      layers: [],
      // The part "Look inside" shows the last network of the first chain.
      chains: classifier.chains.map((descriptions, i) =>
        descriptions.map((description, k) => {
          const isShown = i === 0 && k === descriptions.length - 1;
          return buildNetwork(description, isShown ? watch : null);
        }),
      ),
      denoisers: denoisers.map(({ network: description }) => buildNetwork(description)),
      generator: generator && latentSpace.build(generator),
    };
  }

  function watch(layer, output, shape, kernel) {
    models.layers.push({ layer, output, shape, kernel });
  }

  // Means of the outputs of all chains of networks.
  function meanOutputs(image) {
    const outputs = models.chains.map((runs) => runAll(runs, image));
    return outputs[0].map((_, i) => mean(outputs.map((values) => values[i])));
  }

  const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;

  // Probability of each label, and that the image shows something else.
  function classify(image) {
    models.layers = [];
    const outputs = meanOutputs(image);
    const { rejects } = models.classifier;
    if (rejects === null) return { probabilities: Array.from(outputs), other: 0 };
    const probabilities = Array.from(outputs).filter((_, i) => i !== rejects);
    // There is nothing to see in an image of one colour, whatever a network says.
    if (isBlank(image)) return { probabilities: probabilities.map(() => 0), other: 1 };
    return { probabilities, other: outputs[rejects] };
  }

  function read({ rgba, width, height }) {
    const { size, boxSize } = models.classifier;
    const { image, steps } = normalizer.normalizeDigit(rgba, width, height, {
      size,
      boxSize,
    });
    return { image, steps, ...classify(image) };
  }

  const shown = (image) => ({ image, ...classify(image) });

  function clean({ image, amount, seed }) {
    const noisy = random.saltAndPepper(image, amount, seed);
    return {
      noisy: shown(noisy),
      cleaned: models.denoisers.map((denoise) => shown(denoise(noisy))),
    };
  }

  // The output of each layer of the classifier, with the kernel that made it.
  function inspect({ image }) {
    const answer = classify(image);
    const input = runAll(models.chains[0].slice(0, -1), image);
    return { ...answer, input, layers: models.layers };
  }

  const encode = ({ image, label }) => models.generator.encode(image, label);

  const sample = ({ label, seed }) => models.generator.sample(label, seed);

  // Images of latent vectors, and what the classifier reads in each.
  const generate = ({ vectors, labels }) =>
    vectors.map((vector, i) => shown(models.generator.decode(vector, labels[i])));

  const tasks = {
    load,
    read,
    classify: ({ image }) => classify(image),
    clean,
    inspect,
    encode,
    sample,
    generate,
  };

  const answer = (task, argument) => tasks[task](argument);

  if (typeof document === "undefined") {
    self.onmessage = ({ data: { id, task, argument } }) => {
      try {
        self.postMessage({ id, value: answer(task, argument) });
      } catch (error) {
        self.postMessage({ id, error: error.message });
      }
    };
  }

  return { answer };
})();
