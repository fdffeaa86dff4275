// Filters of images: what skdigits.preprocessing takes from scipy.ndimage and Pillow.
// An image is {pixels, width, height} with pixels in rows; masks are Uint8Array.
const filters = (() => {
  "use strict";

  // Masks of the pixels above a threshold, and of those that reach it.
  function isAbove({ pixels, width, height }, threshold) {
    const mask = new Uint8Array(pixels.length);
    for (let i = 0; i < pixels.length; i++) mask[i] = pixels[i] > threshold ? 1 : 0;
    return { pixels: mask, width, height };
  }

  function isAtLeast({ pixels, width, height }, threshold) {
    const mask = new Uint8Array(pixels.length);
    for (let i = 0; i < pixels.length; i++) mask[i] = pixels[i] >= threshold ? 1 : 0;
    return { pixels: mask, width, height };
  }

  function invert({ pixels, width, height }) {
    const mask = new Uint8Array(pixels.length);
    for (let i = 0; i < pixels.length; i++) mask[i] = 1 - pixels[i];
    return { pixels: mask, width, height };
  }

  function transpose({ pixels, width, height }) {
    const turned = new pixels.constructor(pixels.length);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) turned[x * height + y] = pixels[y * width + x];
    }
    return { pixels: turned, width: height, height: width };
  }

  // Call visit(place, step, start, end) for each run of ones along the rows (or the
  // columns) of a mask: it is at place + i * step for i from start to end - 1.
  function visitRuns({ pixels, width, height }, isDown, visit) {
    const [step, next] = isDown ? [width, 1] : [1, width];
    const length = isDown ? height : width;
    const nLines = pixels.length / length;
    for (let line = 0; line < nLines; line++) {
      const place = line * next;
      for (let i = 0; i < length; i++) {
        if (!pixels[place + i * step]) continue;
        const start = i;
        while (i < length && pixels[place + i * step]) i++;
        visit(place, step, start, i);
      }
    }
  }

  // ndimage.maximum_filter1d of a mask, of odd size.
  function dilateLines(mask, size, isDown) {
    const output = new Uint8Array(mask.pixels.length);
    const length = isDown ? mask.height : mask.width;
    const half = size >> 1;
    visitRuns(mask, isDown, (place, step, start, end) => {
      const first = Math.max(start - half, 0);
      const stop = Math.min(end + half, length);
      for (let i = first; i < stop; i++) output[place + i * step] = 1;
    });
    return { ...mask, pixels: output };
  }

  // Morphological opening with a straight line of odd size: runs that are long enough
  // stay. With `goesOn`, those at the border of the image continue outside.
  function openLines(mask, size, isDown, { goesOn }) {
    const output = new Uint8Array(mask.pixels.length);
    const length = isDown ? mask.height : mask.width;
    visitRuns(mask, isDown, (place, step, start, end) => {
      let outside = 0;
      if (goesOn && start === 0) outside += size >> 1;
      if (goesOn && end === length) outside += size >> 1;
      if (end - start + outside < size && !(goesOn && end - start === length)) return;
      for (let i = start; i < end; i++) output[place + i * step] = 1;
    });
    return { ...mask, pixels: output };
  }

  // Largest numbers of `line` in windows of `size` numbers, into `output`. A window is the
  // end of one block of the line and the start of the next (van Herk 1992).
  function slideMaximum(line, size, { ends, starts }, output) {
    const { length } = line;
    for (let first = 0; first < length; first += size) {
      const stop = Math.min(first + size, length);
      let largest = -Infinity;
      for (let i = first; i < stop; i++) {
        if (line[i] > largest) largest = line[i];
        starts[i] = largest;
      }
      largest = -Infinity;
      for (let i = stop - 1; i >= first; i--) {
        if (line[i] > largest) largest = line[i];
        ends[i] = largest;
      }
    }
    for (let i = 0; i < output.length; i++) {
      const [end, start] = [ends[i], starts[i + size - 1]];
      output[i] = end > start ? end : start;
    }
  }

  // Maxima of windows of `size` pixels of the rows of an image, which are first extended
  // on both sides with -Infinity; with a sign of -1 minima.
  function slideRows({ pixels, width, height }, size, margin, sign) {
    const line = new Float32Array(width + 2 * margin).fill(-Infinity);
    const { length } = line;
    const blocks = { ends: new Float32Array(length), starts: new Float32Array(length) };
    const newWidth = length - size + 1;
    const output = new Float32Array(newWidth * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) line[margin + x] = sign * pixels[y * width + x];
      const row = output.subarray(y * newWidth, (y + 1) * newWidth);
      slideMaximum(line, size, blocks, row);
      for (let x = 0; x < newWidth; x++) row[x] *= sign;
    }
    return { pixels: output, width: newWidth, height };
  }

  const erodeRows = (image, size) => slideRows(image, size, 0, -1);
  const dilateRows = (image, size) => slideRows(image, size, size - 1, 1);

  // ndimage.grey_opening with a rectangle no larger than the image: erosion has outputs
  // where the rectangle is within the image, and the dilation restores the size.
  function openGrey(image, rows, columns) {
    const turned = transpose(erodeRows(image, columns));
    const opened = dilateRows(erodeRows(turned, rows), rows);
    return dilateRows(transpose(opened), columns);
  }

  // Add a margin of the pixels at the edges, or remove one if it is negative.
  function extendEdges({ pixels, width, height }, margin) {
    const [columns, rows] = [width + 2 * margin, height + 2 * margin];
    const output = new Float32Array(columns * rows);
    for (let y = 0, i = 0; y < rows; y++) {
      const start = Math.min(Math.max(y - margin, 0), height - 1) * width;
      for (let x = 0; x < columns; x++) {
        output[i++] = pixels[start + Math.min(Math.max(x - margin, 0), width - 1)];
      }
    }
    return { pixels: output, width: columns, height: rows };
  }

  // Every factor-th pixel of ndimage.uniform_filter: means of blocks, reflected at the
  // end of the image, rounded to float32 after each axis.
  function averageReflected(image, factor) {
    if (factor === 1) return image;
    const down = averageRows(image, factor);
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
      labels[first] = number;
      stack[0] = first;
      for (let n = 1; n > 0; ) {
        const place = stack[--n];
        const y = (place / width) | 0;
        const x = place - y * width;
        addPixel(part, y, x);
        const [top, bottom] = [y > 0 ? -1 : 0, y < height - 1 ? 1 : 0];
        const [left, right] = [x > 0 ? -1 : 0, x < width - 1 ? 1 : 0];
        for (let down = top; down <= bottom; down++) {
          for (let across = left; across <= right; across++) {
            const neighbour = place + down * width + across;
            if (!pixels[neighbour] || labels[neighbour]) continue;
            if (!corners && down && across) continue;
            labels[neighbour] = number;
            stack[n++] = neighbour;
          }
        }
      }
    }
    return { labels, parts, width, height };
  }

  function addPixel(part, y, x) {
    part.size++;
    if (y < part.top) part.top = y;
    if (y >= part.bottom) part.bottom = y + 1;
    if (x < part.left) part.left = x;
    if (x >= part.right) part.right = x + 1;
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
    const gaps = labelParts(invert(mask), { corners: false });
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
  function squaredDistances({ pixels, width, height }) {
    const far = 2 * (width + height);
    const distances = new Int32Array(pixels.length);
    const above = new Int32Array(width).fill(far);
    if (!pixels.includes(0)) above[0] = 0;
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        above[x] = pixels[i] ? Math.min(above[x] + 1, far) : 0;
        distances[i] = above[x];
      }
    }
    for (let i = pixels.length - width - 1; i >= 0; i--) {
      distances[i] = Math.min(distances[i], distances[i + width] + 1);
    }
    const hull = {
      places: new Int32Array(width),
      starts: new Float64Array(width),
      squares: new Int32Array(width),
    };
    for (let y = 0; y < height; y++) {
      lowerEnvelope(distances.subarray(y * width, (y + 1) * width), hull);
    }
    return distances;
  }

  // Replace distances in a row by min over k of (x - k)^2 + distances[k]^2, the lower
  // envelope of parabolas (Felzenszwalb and Huttenlocher 2012).
  function lowerEnvelope(distances, { places, starts, squares }) {
    const { length } = distances;
    let last = -1;
    for (let k = 0; k < length; k++) {
      const square = distances[k] * distances[k];
      squares[k] = square;
      let start = -Infinity;
      while (last >= 0) {
        const j = places[last];
        start = (square - squares[j] + k * k - j * j) / (2 * (k - j));
        if (start > starts[last]) break;
        start = -Infinity;
        last--;
      }
      places[++last] = k;
      starts[last] = start;
    }
    for (let x = 0, i = 0; x < length; x++) {
      while (i < last && starts[i + 1] <= x) i++;
      const away = x - places[i];
      distances[x] = away * away + squares[places[i]];
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

  function resampleRows({ pixels, width, height }, newWidth, kernel) {
    const output = new Float32Array(newWidth * height);
    const windows = resamplingWeights(width, newWidth, kernel);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < newWidth; x++, i++) {
        const { first, weights } = windows[x];
        const start = y * width + first;
        let total = 0;
        for (let k = 0; k < weights.length; k++) {
          total += pixels[start + k] * weights[k];
        }
        output[i] = total;
      }
    }
    return { pixels: output, width: newWidth, height };
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
    const rows = width === image.width ? image : resampleRows(image, width, kernel);
    return height === image.height ? rows : resampleColumns(rows, height, kernel);
  }

  return {
    averageReflected,
    cutPart,
    dilateLines,
    extendEdges,
    fillHoles,
    invert,
    isAbove,
    isAtLeast,
    labelParts,
    largestPart,
    openGrey,
    openLines,
    resize,
    squaredDistances,
    transpose,
    visitRuns,
  };
})();
