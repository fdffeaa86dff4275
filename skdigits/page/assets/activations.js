// Activations of layers, under Keras's names.
const activations = (() => {
  "use strict";

  // Klambauer et al. (2017), Self-normalizing neural networks, arXiv:1706.02515.
  const SELU_SCALE = 1.0507009873554805;
  const SELU_ALPHA = 1.6732632423543772;

  const sigmoid = (x) => 1 / (1 + Math.exp(-x));

  // Normal distribution function: a series for small x, else a continued fraction.
  function normalCdf(x) {
    const tail = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
    if (Math.abs(x) < 3) {
      let term = x;
      let sum = x;
      for (let n = 3; n < 80; n += 2) {
        term *= (x * x) / n;
        sum += term;
      }
      return 0.5 + sum * tail;
    }
    let fraction = Math.abs(x);
    for (let n = 40; n > 0; n -= 1) fraction = Math.abs(x) + n / fraction;
    return x > 0 ? 1 - tail / fraction : tail / fraction;
  }

  const ELEMENTWISE = {
    elu: (x) => (x > 0 ? x : Math.expm1(x)),
    gelu: (x) => x * normalCdf(x),
    relu: (x) => (x > 0 ? x : 0),
    selu: (x) => SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
    sigmoid,
    silu: (x) => x * sigmoid(x),
    tanh: Math.tanh,
  };

  function softmax(values) {
    const largest = values.reduce((a, b) => Math.max(a, b), -Infinity);
    const powers = values.map((x) => Math.exp(x - largest));
    const total = powers.reduce((a, b) => a + b, 0);
    return powers.map((x) => x / total);
  }

  // Returns the function that applies an activation to an array of its own.
  function find(name) {
    if (name === "linear") return (x) => x;
    if (name === "softmax") return softmax;
    const formula = ELEMENTWISE[name];
    if (!formula) throw new Error(`This page does not know the activation ${name}.`);
    return (x) => {
      for (let i = 0; i < x.length; i += 1) x[i] = formula(x[i]);
      return x;
    };
  }

  return { find, sigmoid, softmax };
})();
