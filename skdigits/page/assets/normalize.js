// Normalization of an image of a digit to MNIST's format: mirrors DigitNormalizer of
// skdigits.preprocessing with invert="auto". The modules are named below.
const normalizer = (() => {
  "use strict";

  const { extremes, otsuThreshold, quantile, roundHalfEven, selectAbove, sum } =
    statistics;

  // _image_files.py
  const MIDDLE = 128;
  const LIGHT = 0.99;
  // _extract_ink.py says why each of these has its value.
  const MAX_SIDE = 1024;
  const MIN_CONTRAST = 0.03;
  const WIDEST_STROKE = 0.5;
  const WIDE_STROKES = 5;
  const STROKE = 0.35;
  const NOISE_MARGIN = 4;
  const INK_MARGIN = 6;
  const PALE = 0.2;
  const RIM = 0.03;
  const PALE_AREA = 0.01;
  const FAINT = Math.fround(0.1);
  const SPECK = 0.02;
  const PAPER_QUANTILE = 0.2;
  const ROUNDING = 1e-4;
  // _border_parts.py
  const MIN_SIDE = 24;
  const MIN_DIGIT = 0.25;
  const THICK = 0.15;
  const SLIVER = 0.4;
  const STRIP = 0.12;
  const STRIP_INSIDE = 0.05;
  // _place_in_field.py
  // MNIST's format: the longer side of the digit fills 20 of 28 pixels.
  const MNIST = { size: 28, boxSize: 20 };
  const BISECTIONS = 20;

  // Luminance in 0..255, as Pillow rounds it.
  const luminance = (red, green, blue) =>
    (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16;

  // One channel over an opaque background, as Pillow rounds it.
  function compose(value, background, alpha) {
    const scaled = 128 * (value * alpha + background * (255 - alpha)) + 0x4000;
    return ((scaled >> 8) + scaled) >> 15;
  }

  // Black if nearly all that is not transparent is light, else white.
  function chooseBackground(rgba) {
    let [light, total] = [0, 0];
    for (let i = 0; i < rgba.length; i += 4) {
      total += rgba[i + 3];
      if (luminance(rgba[i], rgba[i + 1], rgba[i + 2]) >= MIDDLE) light += rgba[i + 3];
    }
    return light && light >= LIGHT * total ? 0 : 255;
  }

  function isOpaque(rgba) {
    for (let i = 3; i < rgba.length; i += 4) if (rgba[i] < 255) return false;
    return true;
  }

  // _image_files.py: grey levels in 0..255, transparent pixels on a background.
  function toGrey(rgba) {
    const grey = new Uint8Array(rgba.length / 4);
    const background = isOpaque(rgba) ? null : chooseBackground(rgba);
    for (let i = 0, k = 0; i < grey.length; i++, k += 4) {
      let [red, green, blue] = [rgba[k], rgba[k + 1], rgba[k + 2]];
      const alpha = rgba[k + 3];
      if (alpha < 255) {
        red = compose(red, background, alpha);
        green = compose(green, background, alpha);
        blue = compose(blue, background, alpha);
      }
      grey[i] = luminance(red, green, blue);
    }
    return grey;
  }

  // _average_blocks.py: means of square blocks in [0, 1]; those at the edges are cut.
  function averageBlocks(grey, width, height, factor) {
    const columns = Math.ceil(width / factor);
    const rows = Math.ceil(height / factor);
    const pixels = new Float32Array(rows * columns);
    for (let y = 0; y < height; y++) {
      const start = Math.floor(y / factor) * columns;
      for (let x = 0, i = y * width; x < width; i++) {
        const end = Math.min(x + factor, width);
        let total = grey[i];
        for (x++; x < end; x++) total += grey[++i];
        pixels[start + Math.ceil(x / factor) - 1] += total;
      }
    }
    for (let y = 0, i = 0; y < rows; y++) {
      const blockHeight = Math.min(factor, height - y * factor);
      for (let x = 0; x < columns; x++, i++) {
        const size = blockHeight * Math.min(factor, width - x * factor);
        pixels[i] = pixels[i] / (size * 255);
      }
    }
    return { pixels, width: columns, height: rows };
  }

  const clip = (value) => Math.min(Math.max(value, 0), 1);

  // Level of full ink: 90th percentile above Otsu's threshold.
  function estimateFullInk(ink) {
    if (!ink.length) return 0;
    const [low, high] = extremes(ink);
    const round = ink instanceof Float32Array ? Math.fround : Number;
    if (round(high - low) < round(MIN_CONTRAST)) return high;
    const threshold = otsuThreshold(ink);
    return quantile(
      ink.filter((value) => value >= threshold),
      0.9,
    );
  }

  // Subtract areas that are too wide for strokes, such as shadows.
  function subtractAreas(excess, margin) {
    const { width, height } = excess;
    if (Math.min(width, height) < paper.MIN_PAPER_SIDE) return excess;
    const widest = WIDEST_STROKE * Math.max(width, height);
    const flat = paper.subtractAreas(excess, widest, { extended: false });
    const full = estimateFullInk(selectAbove(flat.pixels, margin + ROUNDING));
    const strokes = filters.isAbove(flat, Math.max(margin, STROKE * full));
    const wide = WIDE_STROKES * paper.strokeWidth(strokes);
    return wide < widest ? paper.subtractAreas(flat, wide, { extended: true }) : flat;
  }

  // All that differs from the paper by more than its noise; null for a blank image.
  function findInk(image) {
    const level = { ...image, pixels: image.pixels.slice() };
    if (paper.isDarkOnLight(image)) {
      for (let i = 0; i < level.pixels.length; i++) level.pixels[i] *= -1;
    }
    const estimate = paper.estimatePaper(level, PAPER_QUANTILE);
    const margin = NOISE_MARGIN * estimate.noise;
    const excess = subtractAreas(paper.subtractPaper(level, estimate), margin).pixels;
    const full = estimateFullInk(selectAbove(excess, margin + ROUNDING));
    if (full < INK_MARGIN * estimate.noise || full - margin < MIN_CONTRAST) return null;
    const pixels = new Float32Array(excess.length);
    for (let i = 0; i < pixels.length; i++) {
      pixels[i] = clip((excess[i] - margin) / (full - margin));
    }
    return { ...image, pixels };
  }

  // Remove what is pale, if there is much of it beside the digit.
  function removePale(ink) {
    const { pixels, width, height } = ink;
    const full = estimateFullInk(selectAbove(pixels, 0));
    if (!full) return ink;
    const pale = Math.fround(PALE * full);
    const isPale = filters.invert(filters.isAbove(ink, pale));
    const count = (test) => {
      let n = 0;
      for (let i = 0; i < pixels.length; i++) if (pixels[i] > FAINT && test(i)) n++;
      return n;
    };
    const least = PALE_AREA * pixels.length;
    // Distances take time, and most images have hardly any pale ink.
    if (count((i) => isPale.pixels[i]) < least) return ink;
    const rim = RIM * Math.min(width, height);
    const distances = filters.squaredDistances(isPale);
    if (count((i) => Math.sqrt(distances[i]) > rim) < least) return ink;
    const range = Math.fround(full - PALE * full);
    const cleaned = pixels.map((one) => clip(Math.fround(one - pale) / range));
    return { ...ink, pixels: cleaned };
  }

  // _border_parts.py: remove parts that touch the border and belong to no digit.
  function removeBorderParts(ink) {
    const { width, height } = ink;
    const mask = filters.isAbove(ink, FAINT);
    if (Math.min(width, height) < MIN_SIDE || !reachesBorder(mask)) return ink;
    const labelled = filters.labelParts(mask, { corners: true });
    const side = ({ top, bottom, left, right }) => Math.max(bottom - top, right - left);
    const isAtBorder = ({ top, bottom, left, right }) =>
      top === 0 || left === 0 || bottom === height || right === width;
    const digit = labelled.parts.reduce(
      (most, part) => Math.max(most, isAtBorder(part) ? 0 : side(part)),
      0,
    );
    if (digit < MIN_DIGIT * Math.min(width, height)) return ink;
    const isRemoved = labelled.parts.map(
      (part, i) =>
        isAtBorder(part) &&
        (side(part) < SLIVER * digit ||
          isStrip(labelled, part, i + 1) ||
          isThick(filters.cutPart(labelled, part, i + 1), THICK * digit)),
    );
    if (!isRemoved.includes(true)) return ink;
    const pixels = ink.pixels.slice();
    for (let i = 0; i < pixels.length; i++) {
      if (isRemoved[labelled.labels[i] - 1]) pixels[i] = 0;
    }
    return { ...ink, pixels };
  }

  function reachesBorder({ pixels, width, height }) {
    const last = pixels.length - width;
    for (let x = 0; x < width; x++) if (pixels[x] || pixels[last + x]) return true;
    for (let y = 0; y < height; y++) {
      if (pixels[y * width] || pixels[y * width + width - 1]) return true;
    }
    return false;
  }

  // Whether a part stays near the border, on one or more sides.
  function isStrip({ labels, width, height }, part, number) {
    const [rows, columns] = [height, width].map((length) =>
      Math.max(1, roundHalfEven(STRIP * length)),
    );
    let inside = 0;
    for (let y = rows; y < height - rows; y++) {
      for (let x = columns; x < width - columns; x++) {
        if (labels[y * width + x] === number) inside++;
      }
    }
    return inside <= STRIP_INSIDE * part.size;
  }

  const isThick = (mask, radius) =>
    Math.sqrt(extremes(filters.squaredDistances(mask))[1]) > radius;

  // Bounding box of parts, each {top, bottom, left, right}.
  function boundingBox(parts) {
    return parts.reduce((box, part) => ({
      top: Math.min(box.top, part.top),
      bottom: Math.max(box.bottom, part.bottom),
      left: Math.min(box.left, part.left),
      right: Math.max(box.right, part.right),
    }));
  }

  // Crop to the bounding box of the strokes, without dust and marks around; null if
  // nothing is left.
  function crop(ink) {
    const { pixels, width } = ink;
    const mask = filters.isAbove(ink, FAINT);
    const labelled = filters.labelParts(mask, { corners: true });
    const { labels, parts } = labelled;
    if (!parts.length) return null;
    const amounts = new Float64Array(parts.length + 1);
    for (let i = 0; i < pixels.length; i++) amounts[labels[i]] += pixels[i];
    amounts[0] = 0;
    removeEnclosures(amounts, labelled);
    const least = SPECK * extremes(amounts)[1];
    const isStroke = amounts.map((amount) => (amount >= least ? 1 : 0));
    const box = boundingBox(parts.filter((_, i) => isStroke[i + 1]));
    const size = { width: box.right - box.left, height: box.bottom - box.top };
    const cropped = new Float32Array(size.width * size.height);
    for (let y = 0, i = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++, i++) {
        const place = (y + box.top) * width + x + box.left;
        if (!pixels[place]) continue;
        // The faint rim of the strokes is kept.
        if (touchesStroke(ink, labels, isStroke, place)) cropped[i] = pixels[place];
      }
    }
    return { pixels: cropped, ...size };
  }

  // Set the amounts of ink of marks around the digit to 0.
  function removeEnclosures(amounts, labelled) {
    const least = SPECK * extremes(amounts)[1];
    const marks = labelled.parts
      .map((part, i) => ({ ...part, number: i + 1 }))
      .filter(({ number }) => amounts[number] >= least);
    for (const { number } of enclosures.findCircles(marks, labelled)) {
      amounts[number] = 0;
    }
    const digit = labelled.parts[amounts.indexOf(extremes(amounts)[1]) - 1];
    const around = [
      ...enclosures.findCorners(marks, digit),
      ...enclosures.findDots(marks, digit),
    ];
    for (const { number } of around) amounts[number] = 0;
  }

  // Whether a pixel or one of its eight neighbours is on a stroke.
  function touchesStroke({ width, height }, labels, isStroke, place) {
    if (isStroke[labels[place]]) return true;
    const y = Math.floor(place / width);
    const x = place - y * width;
    const [left, right] = [Math.max(x - 1, 0), Math.min(x + 1, width - 1)];
    const bottom = Math.min(y + 1, height - 1);
    for (let row = Math.max(y - 1, 0); row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        if (isStroke[labels[row * width + column]]) return true;
      }
    }
    return false;
  }

  // Resample so that the longer side fills the box and the maximum is 1.
  function scaleToBox(ink, boxSize) {
    const scale = boxSize / Math.max(ink.width, ink.height);
    const [width, height] = [ink.width, ink.height].map((side) =>
      Math.max(1, roundHalfEven(side * scale)),
    );
    const resampled = filters.resize(ink, width, height, "lanczos").pixels;
    let pixels = resampled.map(clip);
    if (scale > 1) pixels = sharpen(pixels, scale);
    const largest = extremes(pixels)[1] || 1;
    return { pixels: pixels.map((value) => value / largest), width, height };
  }

  // Sharpen edges blurred to `scale` pixels by upscaling to a width of one pixel; the
  // sum of the pixels is preserved.
  function sharpen(pixels, scale) {
    const round = Math.fround;
    const factor = round(scale);
    const amount = sum(pixels);
    let [low, high, sharp] = [0, 1, pixels];
    for (let step = 0; step < BISECTIONS; step++) {
      const threshold = (low + high) / 2;
      const cut = round(threshold);
      sharp = pixels.map((value) => {
        const above = round(factor * round(value - cut));
        return clip(round(0.5 + above));
      });
      if (sum(sharp) > amount) low = threshold;
      else high = threshold;
    }
    return sharp;
  }

  // First row or column that puts the centre of mass on pixel size / 2, without
  // cutting off the digit.
  function findCorner({ pixels, width, height }, axis, size) {
    const length = axis === 0 ? height : width;
    const amount = sum(pixels);
    let moment = 0;
    pixels.forEach((value, i) => {
      moment += value * (axis === 0 ? Math.floor(i / width) : i % width);
    });
    const mean = amount ? moment / amount : length / 2;
    const first = Math.floor((size >> 1) - mean + 0.5);
    return Math.min(Math.max(first, 0), size - length);
  }

  // _place_in_field.py: scale the ink to fit the box, and centre it by mass.
  function placeInField(ink, { size, boxSize }) {
    const digit = scaleToBox(ink, boxSize);
    const top = findCorner(digit, 0, size);
    const left = findCorner(digit, 1, size);
    const field = new Float32Array(size * size);
    for (let y = 0; y < digit.height; y++) {
      const row = digit.pixels.subarray(y * digit.width, (y + 1) * digit.width);
      field.set(row, (y + top) * size + left);
    }
    return field;
  }

  function checkImage(rgba, width, height) {
    if (width > 0 && height > 0 && rgba.length === 4 * width * height) return;
    throw new Error(
      `An image of ${width} by ${height} pixels must have 4 bytes per pixel, ` +
        `got ${rgba.length} bytes.`,
    );
  }

  // Normalize an image of width * height pixels of 4 bytes, as getImageData returns it.
  // Returns the size * size pixels of the digit in [0, 1], and the steps as images for
  // people. Throws an Error if the image has no ink.
  function normalizeDigit(rgba, width, height, format = MNIST) {
    checkImage(rgba, width, height);
    const factor = Math.ceil(Math.max(width, height) / MAX_SIDE);
    const image = averageBlocks(toGrey(rgba), width, height, factor);
    const [low, high] = extremes(image.pixels);
    if (low === high) throw new Error("The image has only one colour.");
    const ink = findInk(image);
    if (!ink) throw new Error("The image has no ink: all of it is nearly one colour.");
    let digit = removeBorderParts(rules.removeRules(ink));
    const side = Math.min(ink.width, ink.height);
    if (side >= paper.MIN_PAPER_SIDE) digit = removePale(digit);
    const cropped = crop(digit);
    if (!cropped) throw new Error("The image has no digit: only lines or faint spots.");
    const field = placeInField(cropped, format);
    const steps = [
      { name: "grey", ...image },
      { name: "ink", ...ink },
      { name: "crop", ...cropped },
      { name: "centred", pixels: field, width: format.size, height: format.size },
    ];
    return { image: field, steps };
  }

  return { normalizeDigit };
})();
