// Computes a network from the tree of layers that skdigits.networks describes.
//
// Images are channels-last. Each function below builds one kind of layer: it takes the
// description, the shape of the input (without the batch axis) and the iterator over all
// weights, and returns the shape of the output and the function that computes it.
const network = (() => {
  "use strict";

  const { sigmoid, softmax } = activations;
  const activation = activations.find;
  const { convolver } = products;

  // What Keras's BatchNormalization adds to the variance.
  const EPSILON = 1e-3;
  // Beyond this a variance has no meaning, and its exponential may overflow.
  const LARGEST_LOG_VARIANCE = 10;

  const size = (shape) => shape.reduce((product, side) => product * side, 1);
  const identity = (x) => x;

  function dense(layer, [length], weights) {
    const kernel = weights.next().value;
    const bias = layer.use_bias ? weights.next().value : null;
    const { units } = layer;
    const onePixel = { window: 1, strides: 1, top: 0, left: 0 };
    const multiply = convolver(kernel, bias, [1, 1, length], [1, 1, units], onePixel);
    const activate = activation(layer.activation);
    return { shape: [units], run: (x) => activate(multiply(x)), kernel };
  }

  // Zeros before a side, TensorFlow's: of an odd number, one more at the end.
  function zerosBefore(side, window, strides) {
    const added = (Math.ceil(side / strides) - 1) * strides + window - side;
    return Math.max(added, 0) >> 1;
  }

  function convolution(layer, shape, weights) {
    const kernel = weights.next().value;
    const bias = layer.use_bias ? weights.next().value : null;
    const { kernel_size: window, strides, filters } = layer;
    const [height, width] = shape;
    const same = layer.padding === "same";
    const outputSide = (side) => Math.ceil((same ? side : side - window + 1) / strides);
    const [rows, columns] = [outputSide(height), outputSide(width)];
    const [top, left] = same
      ? [zerosBefore(height, window, strides), zerosBefore(width, window, strides)]
      : [0, 0];
    const outputShape = [rows, columns, filters];
    const geometry = { window, strides, top, left };
    const convolve = convolver(kernel, bias, shape, outputShape, geometry);
    const activate = activation(layer.activation);
    return { shape: outputShape, run: (x) => activate(convolve(x)), kernel };
  }

  // Each pixel becomes a square of side `strides`.
  function transposedConvolution(layer, shape, weights) {
    const kernel = weights.next().value;
    const bias = layer.use_bias ? weights.next().value : null;
    const { strides, filters } = layer;
    const [height, width, channels] = shape;
    const activate = activation(layer.activation);
    const run = (x) => {
      const out = new Float32Array(height * width * strides * strides * filters);
      for (let y = 0; y < height * strides; y += 1) {
        for (let column = 0; column < width * strides; column += 1) {
          const place = (y % strides) * strides + (column % strides);
          const from =
            (Math.floor(y / strides) * width + Math.floor(column / strides)) * channels;
          for (let f = 0; f < filters; f += 1) {
            let sum = bias ? bias[f] : 0;
            const row = (place * filters + f) * channels;
            for (let c = 0; c < channels; c += 1) sum += x[from + c] * kernel[row + c];
            out[(y * width * strides + column) * filters + f] = sum;
          }
        }
      }
      return activate(out);
    };
    return { shape: [height * strides, width * strides, filters], run };
  }

  function batchNormalization(layer, shape, weights) {
    const [gamma, beta, mean, variance] = [0, 1, 2, 3].map(() => weights.next().value);
    const scale = Float64Array.from(
      gamma,
      (g, i) => g / Math.sqrt(variance[i] + EPSILON),
    );
    const offset = Float64Array.from(beta, (b, i) => b - mean[i] * scale[i]);
    const channels = scale.length;
    const run = (x) => {
      const out = new Float32Array(x.length);
      for (let start = 0; start < x.length; start += channels) {
        for (let c = 0; c < channels; c += 1)
          out[start + c] = x[start + c] * scale[c] + offset[c];
      }
      return out;
    };
    return { shape, run };
  }

  // Builds a layer that fills its output from a function of row, column and channel.
  function pixelwise(shape, value) {
    const [height, width, channels] = shape;
    const run = (x) => {
      const out = new Float32Array(size(shape));
      let i = 0;
      for (let row = 0; row < height; row += 1) {
        for (let column = 0; column < width; column += 1) {
          for (let c = 0; c < channels; c += 1) out[i++] = value(x, row, column, c);
        }
      }
      return out;
    };
    return { shape, run };
  }

  function maxPooling(layer, [height, width, channels]) {
    const up = layer.padding === "same" ? 1 : 0;
    const at = (x, row, column, c) =>
      x[
        (Math.min(row, height - 1) * width + Math.min(column, width - 1)) * channels + c
      ];
    return pixelwise(
      [(height + up) >> 1, (width + up) >> 1, channels],
      (x, row, column, c) =>
        Math.max(
          at(x, 2 * row, 2 * column, c),
          at(x, 2 * row, 2 * column + 1, c),
          at(x, 2 * row + 1, 2 * column, c),
          at(x, 2 * row + 1, 2 * column + 1, c),
        ),
    );
  }

  const upSampling = (layer, [height, width, channels]) =>
    pixelwise(
      [2 * height, 2 * width, channels],
      (x, row, column, c) => x[((row >> 1) * width + (column >> 1)) * channels + c],
    );

  function zeroPadding(layer, [height, width, channels]) {
    const [[top, bottom], [left, right]] = layer.padding;
    return pixelwise(
      [height + top + bottom, width + left + right, channels],
      (x, row, column, c) => {
        const [y, z] = [row - top, column - left];
        const inside = y >= 0 && y < height && z >= 0 && z < width;
        return inside ? x[(y * width + z) * channels + c] : 0;
      },
    );
  }

  function cropping(layer, [height, width, channels]) {
    const [[top, bottom], [left, right]] = layer.cropping;
    return pixelwise(
      [height - top - bottom, width - left - right, channels],
      (x, row, column, c) => x[((row + top) * width + column + left) * channels + c],
    );
  }

  // Channels {x, x <= 0, x >= 1, 0 < x < 1} of images with one channel.
  const pixelStates = (layer, [height, width]) =>
    pixelwise([height, width, 4], (x, row, column, c) => {
      const value = x[row * width + column];
      const states = [value, value <= 0, value >= 1, value > 0 && value < 1];
      return Number(states[c]);
    });

  function boundedLogVariance(layer, shape) {
    const run = (x) =>
      x.map((value, i) =>
        i < layer.latent_size
          ? value
          : LARGEST_LOG_VARIANCE * Math.tanh(value / LARGEST_LOG_VARIANCE),
      );
    return { shape, run };
  }

  // Builds layers one after the other.
  function sequence(layers, shape, weights, watch) {
    const steps = [];
    for (const layer of layers) {
      const step = bind(layer, shape, weights, watch);
      shape = step.shape;
      steps.push(step.run);
    }
    return { shape, run: (x) => steps.reduce((value, step) => step(value), x) };
  }

  function skip(layer, shape, weights, watch) {
    const inner = sequence(layer.layers, shape, weights, watch);
    const [before, behind] = [
      inner.shape[inner.shape.length - 1],
      shape[shape.length - 1],
    ];
    const channels = before + behind;
    const run = (x) => {
      const y = inner.run(x);
      const out = new Float32Array(x.length + y.length);
      for (let i = 0; i * channels < out.length; i += 1) {
        out.set(y.subarray(i * before, (i + 1) * before), i * channels);
        out.set(x.subarray(i * behind, (i + 1) * behind), i * channels + before);
      }
      return out;
    };
    return { shape: [...inner.shape.slice(0, -1), channels], run };
  }

  function residual(layer, shape, weights, watch) {
    const inner = sequence(layer.layers, shape, weights, watch);
    return { shape, run: (x) => inner.run(x).map((value, i) => value + x[i]) };
  }

  // Copies pixels strictly between 0 and 1; takes the others from the inner layers.
  function keepCertain(layer, shape, weights, watch) {
    const inner = sequence(layer.layers, shape, weights, watch);
    const run = (x) =>
      inner.run(x).map((value, i) => (x[i] > 0 && x[i] < 1 ? x[i] : value));
    return { shape, run };
  }

  // Denoises in four passes, each of which hides a quarter of the pixels.
  function blindSpot(layer, shape, weights, watch) {
    const inner = sequence(layer.layers, shape, weights, watch);
    const [height, width] = shape;
    const salt = layer.amount * layer.salt_vs_pepper;
    const noise = { kept: 1 - layer.amount, salt, pepper: layer.amount - salt };
    const isHidden = (i, pass) =>
      (Math.floor(i / width) % 2) * 2 + ((i % width) % 2) === pass;
    const run = (states) => {
      const out = new Float32Array(height * width);
      for (let pass = 0; pass < 4; pass += 1) {
        const visible = states.map((value, i) => (isHidden(i >> 2, pass) ? 0 : value));
        const logits = inner.run(visible);
        for (let i = 0; i < out.length; i += 1) {
          if (!isHidden(i, pass)) continue;
          out[i] = cleanPixel(
            states.subarray(4 * i),
            logits.subarray(4 * i, 4 * i + 4),
            noise,
          );
        }
      }
      return out;
    };
    return { shape: [height, width, 1], run };
  }

  // Mean of a clean pixel, as skdigits.networks._formulas.clean_pixels.
  function cleanPixel([pixel, isBlack, isWhite], logits, { kept, salt, pepper }) {
    const noisy = softmax(logits.slice(0, 3));
    const [black, white, grey] = [pepper, salt, 0].map((part, i) =>
      Math.max(noisy[i] - part, 1e-6),
    );
    const mean = sigmoid(logits[3]);
    if (isWhite) {
      const right = white * (kept + salt) + grey * salt * mean;
      return right / (white * (kept + salt) + (grey + black) * salt + 1e-12);
    }
    if (isBlack) {
      const right = (white + grey * mean) * pepper;
      return right / (black * (kept + pepper) + (grey + white) * pepper + 1e-12);
    }
    return pixel;
  }

  const unchanged = (layer, shape) => ({ shape, run: identity });

  const KINDS = {
    Activation: (layer, shape) => {
      const activate = activation(layer.activation);
      return { shape, run: (x) => activate(x.slice()) };
    },
    BatchNormalization: batchNormalization,
    BlindSpot: blindSpot,
    BoundedLogVariance: boundedLogVariance,
    Conv2D: convolution,
    Conv2DTranspose: transposedConvolution,
    Cropping2D: cropping,
    Dense: dense,
    // Layers that act in training only.
    Dropout: unchanged,
    RandomDeformation: unchanged,
    SaltPepper: unchanged,
    Flatten: (layer, shape) => ({ shape: [size(shape)], run: identity }),
    KeepCertain: keepCertain,
    MaxPooling2D: maxPooling,
    // The layers of a part cannot be watched from outside.
    Model: (layer, shape, weights) => sequence(layer.layers, shape, weights),
    PixelStates: pixelStates,
    Reshape: (layer) => ({ shape: layer.target_shape, run: identity }),
    Residual: residual,
    Skip: skip,
    UpSampling2D: upSampling,
    ZeroPadding2D: zeroPadding,
  };

  function bind(layer, shape, weights, watch) {
    const build = KINDS[layer.kind];
    if (!build)
      throw new Error(`This page does not know layers of the kind ${layer.kind}.`);
    const step = build(layer, shape, weights, watch);
    if (!watch) return step;
    const run = (x) => {
      const y = step.run(x);
      watch(layer, y, step.shape, step.kernel);
      return y;
    };
    return { shape: step.shape, run };
  }

  // Returns the function from a row of pixels or latent components to the outputs.
  //
  // `watch`, if any, is called with the description of each layer, its output, the
  // output's shape and the kernel, if any.
  function build(tree, weights, watch) {
    return sequence(tree.layers, tree.input_shape, weights[Symbol.iterator](), watch)
      .run;
  }

  return { build, kinds: Object.keys(KINDS) };
})();
