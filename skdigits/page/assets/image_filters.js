// Filters of images: what skdigits.preprocessing takes from scipy.ndimage and Pillow.
// An image is {pixels, width, height} with pixels in rows; masks are Uint8Array.
const filters = (() => {
  "use strict";

  // Values of `test` as a mask.
  function maskOf(pixels, test) {
    const mask = new Uint8Array(pixels.length);
    for (let i = 0; i < pixels.length; i++) if (test(pixels[i])) mask[i] = 1;
    return mask;
  }

  function transpose({ pixels, width, height }) {
    const turned = new pixels.constructor(pixels.length);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) turned[x * height + y] = pixels[y * width + x];
    }
    return { pixels: turned, width: height, height: width };
  }

  // Starts, steps and lengths of the lines of an image along an axis: 0 is down.
  function linesAlong({ width, height }, axis) {
    return axis === 0
      ? { n: width, next: 1, step: width, length: height }
      : { n: height, next: width, step: 1, length: width };
  }

  // ndimage.maximum_filter1d (or minimum) of a mask, of odd size. At the border the
  // window is cut; with `isOpen`, a minimum finds 0 outside.
  function extremeOfMask(image, size, axis, { isMaximum, isOpen = false }) {
    const { n, next, step, length } = linesAlong(image, axis);
    const { pixels } = image;
    const half = size >> 1;
    const output = new Uint8Array(pixels.length);
    for (let line = 0; line < n; line++) {
      const start = line * next;
      let count = 0;
      for (let i = 0; i < Math.min(half, length); i++) count += pixels[start + i * step];
      for (let i = 0; i < length; i++) {
        if (i + half < length) count += pixels[start + (i + half) * step];
        if (i > half) count -= pixels[start + (i - half - 1) * step];
        const inside = Math.min(i + half, length - 1) - Math.max(i - half, 0) + 1;
        const needed = isMaximum ? 1 : isOpen ? size : inside;
        output[start + i * step] = count >= needed ? 1 : 0;
      }
    }
    return { ...image, pixels: output };
  }

  const dilateLine = (image, size, axis) =>
    extremeOfMask(image, size, axis, { isMaximum: true });

  const erodeLine = (image, size, axis, isOpen) =>
    extremeOfMask(image, size, axis, { isMaximum: false, isOpen });

  // Maximum of a line in windows from `before` to `after` places beside each pixel,
  // with a queue of falling values. `outside` is beyond the ends.
  function slideMaximum(line, before, after, outside) {
    const { length } = line;
    const output = new line.constructor(length);
    const queue = new Int32Array(length + before + after);
    let [head, tail] = [0, 0];
    const at = (i) => (i >= 0 && i < length ? line[i] : outside);
    for (let i = -before; i < length + after; i++) {
      while (tail > head && at(queue[tail - 1]) <= at(i)) tail--;
      queue[tail++] = i;
      const place = i - after;
      if (place < 0) continue;
      while (queue[head] < place - before) head++;
      output[place] = at(queue[head]);
    }
    return output;
  }

  function filterLines(image, axis, filter) {
    const { n, next, step, length } = linesAlong(image, axis);
    const pixels = image.pixels.slice();
    const line = new pixels.constructor(length);
    for (let k = 0; k < n; k++) {
      for (let i = 0; i < length; i++) line[i] = pixels[k * next + i * step];
      const output = filter(line);
      for (let i = 0; i < length; i++) pixels[k * next + i * step] = output[i];
    }
    return { ...image, pixels };
  }

  // ndimage.grey_opening with a rectangle; outside of the image is -Infinity.
  function openGrey(image, rows, columns) {
    const negate = (line) => line.map((value) => -value);
    const erode = (size) => (line) =>
      negate(slideMaximum(negate(line), size >> 1, (size - 1) >> 1, Infinity));
    const dilate = (size) => (line) =>
      slideMaximum(line, (size - 1) >> 1, size >> 1, -Infinity);
    let output = filterLines(image, 0, erode(rows));
    output = filterLines(output, 1, erode(columns));
    output = filterLines(output, 0, dilate(rows));
    return filterLines(output, 1, dilate(columns));
  }

  // Every factor-th pixel of ndimage.uniform_filter: means of blocks, reflected at the
  // end of the image, rounded to float32 after each axis.
  function averageReflected(image, factor) {
    if (factor === 1) return { ...image, pixels: Float32Array.from(image.pixels) };
    const down = averageRows({ ...image, pixels: Float32Array.from(image.pixels) }, factor);
    return transpose(averageRows(transpose(down), factor));
  }

  function averageRows({ pixels, width, height }, factor) {
    const rows = Math.ceil((height - (factor >> 1)) / factor);
    const output = new Float32Array(rows * width);
    const sums = new Float64Array(width);
    for (let row = 0; row < rows; row++) {
      sums.fill(0);
      for (let k = row * factor; k < (row + 1) * factor; k++) {
        const start = (k < height ? k : 2 * height - 1 - k) * width;
        for (let x = 0; x < width; x++) sums[x] += pixels[start + x];
      }
      for (let x = 0; x < width; x++) output[row * width + x] = sums[x] / factor;
    }
    return { pixels: output, width, height: rows };
  }

  // ndimage.label: parts are numbered from 1 in the order of their first pixels. Each
  // has a number of pixels and a box; bottom and right are outside of it.
  function labelParts({ pixels, width, height }, { corners }) {
    const labels = new Int32Array(pixels.length);
    const stack = new Int32Array(pixels.length);
    const parts = [];
    for (let first = 0; first < pixels.length; first++) {
      if (!pixels[first] || labels[first]) continue;
      const part = { size: 0, top: height, bottom: 0, left: width, right: 0 };
      const number = parts.push(part);
      let n = 0;
      labels[first] = number;
      stack[n++] = first;
      while (n) {
        const at = stack[--n];
        const y = (at / width) | 0;
        const x = at - y * width;
        part.size++;
        if (y < part.top) part.top = y;
        if (y >= part.bottom) part.bottom = y + 1;
        if (x < part.left) part.left = x;
        if (x >= part.right) part.right = x + 1;
        for (let row = Math.max(y - 1, 0); row <= y + 1 && row < height; row++) {
          for (let column = Math.max(x - 1, 0); column <= x + 1 && column < width; column++) {
            if (!corners && row !== y && column !== x) continue;
            const neighbour = row * width + column;
            if (!pixels[neighbour] || labels[neighbour]) continue;
            labels[neighbour] = number;
            stack[n++] = neighbour;
          }
        }
      }
    }
    return { labels, parts, width, height };
  }

  // The largest part and its number; undefined if there is none.
  function largestPart({ parts }) {
    let best;
    parts.forEach((part, i) => {
      if (!best || part.size > best.size) best = { ...part, number: i + 1 };
    });
    return best;
  }

  // Mask of a part of labelled parts, cut to its box.
  function cutPart({ labels, width }, part, number) {
    const size = { width: part.right - part.left, height: part.bottom - part.top };
    const mask = new Uint8Array(size.width * size.height);
    for (let y = 0; y < size.height; y++) {
      const start = (y + part.top) * width + part.left;
      for (let x = 0; x < size.width; x++) {
        if (labels[start + x] === number) mask[y * size.width + x] = 1;
      }
    }
    return { pixels: mask, ...size };
  }

  // ndimage.binary_fill_holes
  function fillHoles(mask) {
    const { width, height } = mask;
    const gaps = labelParts(
      { ...mask, pixels: mask.pixels.map((one) => 1 - one) },
      { corners: false },
    );
    const isOutside = gaps.parts.map(
      ({ top, bottom, left, right }) =>
        top === 0 || left === 0 || bottom === height || right === width,
    );
    const pixels = mask.pixels.map((one, i) =>
      one || !isOutside[gaps.labels[i] - 1] ? 1 : 0,
    );
    return { ...mask, pixels };
  }

  // Squares of ndimage.distance_transform_edt: distances to the nearest 0. SciPy
  // measures a mask without any 0 from the pixel above its first one.
  function squaredDistances(mask) {
    const { pixels, width, height } = mask;
    const far = 2 * (width + height);
    const down = new Float64Array(pixels.length);
    const hasZero = pixels.includes(0);
    for (let x = 0; x < width; x++) {
      let distance = hasZero || x > 0 ? far : 0;
      for (let i = x; i < pixels.length; i += width) {
        distance = pixels[i] ? Math.min(distance + 1, far) : 0;
        down[i] = distance;
      }
      distance = far;
      for (let i = pixels.length - width + x; i >= 0; i -= width) {
        distance = pixels[i] ? Math.min(distance + 1, far) : 0;
        if (distance < down[i]) down[i] = distance;
      }
    }
    const hull = { places: new Int32Array(width), from: new Float64Array(width) };
    for (let y = 0; y < height; y++) {
      lowerEnvelope(down.subarray(y * width, (y + 1) * width), hull);
    }
    return down;
  }

  // Replace distances in a row by min over k of (x - k)^2 + distances[k]^2, which
  // is the lower envelope of parabolas (Felzenszwalb and Huttenlocher 2012).
  function lowerEnvelope(distances, { places, from }) {
    const { length } = distances;
    const squares = distances.map((distance) => distance * distance);
    let last = -1;
    for (let k = 0; k < length; k++) {
      const meet = (j) =>
        (squares[k] - squares[j] + k * k - j * j) / (2 * (k - j));
      while (last >= 0 && meet(places[last]) <= from[last]) last--;
      from[last + 1] = last < 0 ? -Infinity : meet(places[last]);
      places[++last] = k;
    }
    for (let x = 0, i = 0; x < length; x++) {
      while (i < last && from[i + 1] <= x) i++;
      distances[x] = (x - places[i]) ** 2 + squares[places[i]];
    }
  }

  function bilinear(x) {
    return Math.max(1 - Math.abs(x), 0);
  }

  function sinc(x) {
    return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
  }

  function lanczos(x) {
    return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
  }

  const KERNELS = {
    bilinear: { kernel: bilinear, support: 1 },
    lanczos: { kernel: lanczos, support: 3 },
  };

  // First pixels and weights of Pillow's resampling of a line.
  function resamplingWeights(length, newLength, { kernel, support }) {
    const scale = length / newLength;
    const stretch = Math.max(scale, 1); // against aliasing
    return Array.from({ length: newLength }, (_, place) => {
      const centre = (place + 0.5) * scale;
      const first = Math.max(Math.trunc(centre - support * stretch + 0.5), 0);
      const end = Math.min(Math.trunc(centre + support * stretch + 0.5), length);
      const weights = [];
      for (let i = first; i < end; i++) {
        weights.push(kernel((i - centre + 0.5) * (1 / stretch)));
      }
      const total = weights.reduce((all, one) => all + one, 0);
      return { first, weights: weights.map((weight) => weight / total) };
    });
  }

  function resampleColumns({ pixels, width, height }, newHeight, kernel) {
    const output = new Float32Array(newHeight * width);
    const sums = new Float64Array(width);
    resamplingWeights(height, newHeight, kernel).forEach(({ first, weights }, y) => {
      sums.fill(0);
      weights.forEach((weight, k) => {
        const start = (first + k) * width;
        for (let x = 0; x < width; x++) sums[x] += pixels[start + x] * weight;
      });
      output.set(sums, y * width);
    });
    return { pixels: output, width, height: newHeight };
  }

  // Pillow's Image.resize in mode F: along the rows first, float32 in between.
  function resize(image, width, height, kernelName) {
    const kernel = KERNELS[kernelName];
    let output = image;
    if (width !== image.width) {
      output = transpose(resampleColumns(transpose(image), width, kernel));
    }
    return height === image.height ? output : resampleColumns(output, height, kernel);
  }

  return {
    averageReflected,
    cutPart,
    dilateLine,
    erodeLine,
    fillHoles,
    labelParts,
    largestPart,
    maskOf,
    openGrey,
    resize,
    squaredDistances,
    transpose,
  };
})();
