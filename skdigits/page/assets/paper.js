// Paper and polarity: mirrors _paper.py and _polarity.py of skdigits.preprocessing.
const paper = (() => {
  "use strict";

  const { extremes, median, otsuThreshold, quantile, roundHalfEven } = statistics;

  // _paper.py says why each of these has its value.
  const MIN_PAPER_SIDE = 64;
  const BORDER_POINTS = 512;
  const FIT_STEPS = 20;
  const NEAR_PAPER = 0.02;
  const BETTER_FIT = 1.2;
  const ROUNDING = 1e-4;
  const PAPER_PART = 0.25;
  const COARSE_SIDE = 256;

  // _stroke_width.py
  const STROKE_QUANTILE = 0.75;

  // _polarity.py
  const CERTAIN = 2.5;
  const MEDIAN_SIDE = 0.5;
  const TINY_SIDE = 32;
  const AREA_WEIGHT = 0.7;
  const THICKNESS_WEIGHT = 2.8;
  const SKEWNESS_WEIGHT = 2.0;
  const PARTS_WEIGHT = 1.0;
  const MIN_PART = 0.01;
  const MIN_SHEET = 96;
  const RECTANGULAR = 0.85;
  const SHEET_AREA = 0.7;
  const MIN_DIGIT = 0.2;

  // Places of the pixels of the border, 1/32 of the image on each side.
  function borderPlaces({ width, height }) {
    const [rows, columns] = [height, width].map((n) => Math.max(1, Math.floor(n / 32)));
    const places = new Int32Array(width * height);
    let n = 0;
    for (let y = 0; y < height; y++) {
      const isEdge = y < rows || y >= height - rows;
      for (let x = 0; x < width; x++) {
        if (!isEdge && x === columns) x = Math.max(x, width - columns);
        places[n++] = y * width + x;
      }
    }
    return places.slice(0, n);
  }

  // Quadratic polynomial in coordinates from -1 to 1.
  function surfaceTerms(place, { width, height }) {
    const y = Math.floor(place / width);
    const v = (2 * y + 1) / height - 1;
    const u = (2 * (place - y * width) + 1) / width - 1;
    return [1, u, v, u * v, u * u, v * v];
  }

  function dot(a, b) {
    let total = 0;
    for (let i = 0; i < b.length; i++) total += a[i] * b[i];
    return total;
  }

  // Solve a small system of linear equations by elimination with pivots.
  function solve(matrix, right) {
    const rows = matrix.map((row, i) => [...row, right[i]]);
    const n = rows.length;
    for (let k = 0; k < n; k++) {
      let pivot = k;
      for (let i = k + 1; i < n; i++) {
        if (Math.abs(rows[i][k]) > Math.abs(rows[pivot][k])) pivot = i;
      }
      [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
      for (let i = k + 1; i < n; i++) {
        const factor = rows[i][k] / rows[k][k];
        for (let j = k; j <= n; j++) rows[i][j] -= factor * rows[k][j];
      }
    }
    const solution = right.map(() => 0);
    for (let k = n - 1; k >= 0; k--) {
      solution[k] = (rows[k][n] - dot(rows[k], solution)) / rows[k][k];
    }
    return solution;
  }

  function solveWeighted(terms, values, weights) {
    const n = terms[0].length;
    const matrix = terms[0].map(() => terms[0].map(() => 0));
    const right = terms[0].map(() => 0);
    for (let k = 0; k < terms.length; k++) {
      for (let i = 0; i < n; i++) {
        const weighted = terms[k][i] * weights[k];
        right[i] += weighted * values[k];
        for (let j = 0; j < n; j++) matrix[i][j] += weighted * terms[k][j];
      }
    }
    return solve(matrix, right);
  }

  // Iteratively reweighted least squares.
  function quantileRegression(terms, values, q) {
    let weights = values.map(() => 1);
    let coefficients;
    for (let step = 0; step < FIT_STEPS; step++) {
      coefficients = solveWeighted(terms, values, weights);
      weights = terms.map((term, i) => {
        const residual = values[i] - dot(term, coefficients);
        const pull = residual > 0 ? q : 1 - q;
        return pull / Math.max(Math.abs(residual), ROUNDING);
      });
    }
    return coefficients;
  }

  // Standard deviation, from differences of adjacent pixels.
  function estimateNoise(values) {
    const differences = new Float32Array(values.length - 1);
    for (let i = 1; i < values.length; i++) {
      differences[i - 1] = Math.abs(Math.fround(values[i] - values[i - 1]));
    }
    return (1.4826 * median(differences)) / Math.SQRT2;
  }

  // The paper's level, a quantile of the border, and its noise: {flat, noise}, with the
  // coefficients of a surface if that fits the border clearly better.
  function estimatePaper(level, q) {
    const border = borderPlaces(level);
    const pixels = new Float32Array(border.length);
    for (let i = 0; i < border.length; i++) pixels[i] = level.pixels[border[i]];
    const flat = quantile(Float64Array.from(pixels), q);
    if (Math.min(level.width, level.height) < MIN_PAPER_SIDE) return { flat, noise: 0 };
    const noise = estimateNoise(pixels);
    const step = Math.ceil(border.length / BORDER_POINTS);
    const places = border.filter((_, i) => i % step === 0);
    const coefficients = fitSurface(level, places, { q, flat, noise });
    return { flat, noise, coefficients };
  }

  // Coefficients of a quadratic surface through places of the border, or null if it
  // does not fit them clearly better than the flat paper.
  function fitSurface(level, places, { q, flat, noise }) {
    const near = Math.max(NEAR_PAPER, 2 * noise);
    const values = Array.from(places, (place) => level.pixels[place]);
    const countNear = (fit) =>
      values.filter((value, i) => Math.abs(value - fit(i)) < near).length;
    const enough = BETTER_FIT * countNear(() => flat);
    if (values.length < enough) return null;
    const terms = Array.from(places, (place) => surfaceTerms(place, level));
    const coefficients = quantileRegression(terms, values, q);
    const nCurved = countNear((i) => dot(terms[i], coefficients));
    return nCurved < enough ? null : coefficients;
  }

  // The level above the paper, float64.
  function subtractPaper({ pixels, width, height }, { flat, coefficients }) {
    const excess = new Float64Array(pixels.length);
    if (!coefficients) {
      for (let i = 0; i < pixels.length; i++) excess[i] = pixels[i] - flat;
      return { pixels: excess, width, height };
    }
    const [c0, cu, cv, cuv, cuu, cvv] = coefficients;
    for (let y = 0, i = 0; y < height; y++) {
      const v = (2 * y + 1) / height - 1;
      for (let x = 0; x < width; x++, i++) {
        const u = (2 * x + 1) / width - 1;
        const twisted = c0 + cu * u + cv * v + cuv * (u * v);
        excess[i] = pixels[i] - (twisted + cuu * (u * u) + cvv * (v * v));
      }
    }
    return { pixels: excess, width, height };
  }

  // Subtract areas that are wider than strokes, in pixels: a morphological opening.
  // With `extended`, the image is extended by the pixels of its border, so that half of
  // this width is enough there.
  function subtractAreas(excess, widestStroke, { extended }) {
    const { pixels, width, height } = excess;
    const factor = Math.ceil(Math.max(width, height) / COARSE_SIDE);
    const single = new Float32Array(pixels);
    const blocks = filters.averageReflected({ ...excess, pixels: single }, factor);
    const side = roundHalfEven(widestStroke / factor) | 1;
    const margin = extended ? side >> 1 : 0;
    const padded = filters.extendEdges(blocks, margin);
    const [rows, columns] = [padded.height, padded.width].map((n) => Math.min(side, n));
    const opened = filters.openGrey(padded, rows, columns);
    const inside = filters.extendEdges(opened, -margin);
    const areas = filters.resize(inside, width, height, "bilinear").pixels;
    const rest = new Float64Array(pixels.length);
    for (let i = 0; i < rest.length; i++) rest[i] = pixels[i] - areas[i];
    // The opening follows the darkest noise of the paper; most pixels are paper.
    const shift = Math.fround(Math.max(0, quantile(rest, PAPER_PART)));
    for (let i = 0; i < rest.length; i++) {
      rest[i] = pixels[i] - Math.fround(areas[i] + shift);
    }
    return { pixels: rest, width, height };
  }

  // Upper quartile of the width of the ink at its pixels: the length of the run of ink
  // along the row or the column, whichever is shorter.
  function strokeWidth(mask) {
    const n = mask.pixels.length;
    const widths = new Float64Array(n).fill(Infinity);
    const isInside = mask.pixels.slice();
    for (const isDown of [false, true]) {
      const last = isDown ? mask.height : mask.width;
      filters.visitRuns(mask, isDown, (place, step, start, end) => {
        for (let i = start; i < end; i++) {
          const k = place + i * step;
          widths[k] = Math.min(widths[k], end - start);
          if (start === 0 || end === last) isInside[k] = 0;
        }
      });
    }
    const counted = isInside.includes(1) ? isInside : mask.pixels;
    const values = widths.filter((_, i) => counted[i]);
    return values.length ? quantile(values, STROKE_QUANTILE) : 1;
  }

  // Every step-th pixel.
  function thin({ pixels, width, height }, step) {
    const columns = Math.ceil(width / step);
    const rows = Math.ceil(height / step);
    const output = new pixels.constructor(rows * columns);
    for (let y = 0, i = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) output[i++] = pixels[(y * width + x) * step];
    }
    return { pixels: output, width: columns, height: rows };
  }

  // Radius of the largest circle in a mask. A region that ends at the border of the
  // image is assumed to go on outside.
  function thickness(mask) {
    if (!mask.pixels.includes(0)) return Math.max(mask.width, mask.height);
    return 1 + Math.sqrt(extremes(filters.squaredDistances(mask))[1]);
  }

  const maskLight = (level) => filters.isAtLeast(level, otsuThreshold(level.pixels));

  // How likely light pixels are the paper; below 0, dark pixels are.
  function scoreLight(isLight) {
    const { pixels } = isLight;
    let n = 0;
    for (let i = 0; i < pixels.length; i++) n += pixels[i];
    const area = n / pixels.length - 0.5;
    const isDark = filters.invert(isLight);
    const ratio = Math.log(thickness(isLight) / thickness(isDark));
    const score = AREA_WEIGHT * area + THICKNESS_WEIGHT * ratio;
    if (!touchesAllSides(isLight) || !touchesAllSides(isDark)) return score;
    // Bold ink in one part that cuts the paper of a tight crop into several.
    const [nLight, nDark] = [countParts(isLight), countParts(isDark)];
    if (nDark <= 1 && nLight > 1) return score + PARTS_WEIGHT;
    return nLight <= 1 && nDark > 1 ? score - PARTS_WEIGHT : score;
  }

  function touchesAllSides({ pixels, width, height }) {
    const sides = [false, false, false, false];
    pixels.forEach((one, i) => {
      if (!one) return;
      const [x, y] = [i % width, Math.floor(i / width)];
      [y === 0, y === height - 1, x === 0, x === width - 1].forEach((isThere, side) => {
        sides[side] ||= isThere;
      });
    });
    return sides.every(Boolean);
  }

  // Number of connected parts that are not small.
  function countParts(mask) {
    const { parts } = filters.labelParts(mask, { corners: true });
    return parts.filter(({ size }) => size >= MIN_PART * mask.pixels.length).length;
  }

  // Third moment of the difference from the paper, normalized.
  function skewness(difference) {
    const n = difference.length;
    let [squares, cubes] = [0, 0];
    for (let i = 0; i < n; i++) {
      const square = difference[i] * difference[i];
      squares += square;
      cubes += square * difference[i];
    }
    return squares ? cubes / n / (squares / n) ** 1.5 : 0;
  }

  // Skewness of the difference from a median of the pixels around.
  function localSkewness(image) {
    const step = Math.ceil(Math.max(image.width, image.height) / TINY_SIDE);
    const { pixels, width, height } = thin(image, step);
    const reach = roundHalfEven(MEDIAN_SIDE * Math.max(width, height)) >> 1;
    const inside = (place, n) => Math.min(Math.max(place, 0), n - 1);
    const window = new Float32Array((2 * reach + 1) ** 2);
    const difference = pixels.map((pixel, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      let n = 0;
      for (let row = y - reach; row <= y + reach; row++) {
        const start = inside(row, height) * width;
        for (let column = x - reach; column <= x + reach; column++) {
          window[n++] = pixels[start + inside(column, width)];
        }
      }
      return pixel - median(window);
    });
    return skewness(difference);
  }

  // Whether the largest part of a mask is a rectangle with a digit in it.
  function isSheet(mask) {
    if (Math.min(mask.width, mask.height) < MIN_SHEET) return false;
    const labelled = filters.labelParts(mask, { corners: false });
    const largest = filters.largestPart(labelled);
    if (!largest) return false;
    const { top, bottom, left, right, size, number } = largest;
    const area = (bottom - top) * (right - left);
    // Before what takes time: few images have such a part.
    if (Math.min(bottom - top, right - left) < MIN_SHEET) return false;
    if (size / area <= SHEET_AREA) return false;
    const part = filters.cutPart(labelled, largest, number);
    const filled = filters.fillHoles(part).pixels;
    const rows = [];
    let nFilled = 0;
    filled.forEach((one, i) => {
      nFilled += one;
      if (one && !part.pixels[i]) rows.push(Math.floor(i / part.width));
    });
    return (
      rows.length > 0 &&
      nFilled / area > RECTANGULAR &&
      (rows[rows.length - 1] - rows[0]) / part.height > MIN_DIGIT
    );
  }

  function isDarkOnLight(image) {
    if (Math.min(image.width, image.height) >= MIN_PAPER_SIDE) {
      const skewed = localSkewness(image);
      if (Math.abs(skewed) >= CERTAIN) return skewed < 0;
    }
    const step = Math.ceil(Math.max(image.width, image.height) / COARSE_SIDE);
    const estimate = estimatePaper(image, 0.5);
    const flattened = subtractPaper(image, estimate);
    const coarse = thin(image, step);
    const isLight = maskLight(coarse);
    let score = scoreLight(isLight);
    score += estimate.coefficients ? scoreLight(maskLight(thin(flattened, step))) : score;
    const skewed = Math.min(Math.max(skewness(flattened.pixels), -1), 1);
    const isDark = score - SKEWNESS_WEIGHT * skewed >= 0;
    // What seems to be the ink may be a sheet that lies on something else.
    return isDark !== isSheet(isDark ? filters.invert(isLight) : isLight);
  }

  return {
    MIN_PAPER_SIDE,
    estimatePaper,
    isDarkOnLight,
    strokeWidth,
    subtractAreas,
    subtractPaper,
  };
})();
