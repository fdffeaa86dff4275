// Straight thin lines in the ink of an image: mirrors _lines.py of
// skdigits.preprocessing, which says why each constant has its value.
const lines = (() => {
  "use strict";

  const { median, roundHalfEven } = statistics;

  const MAX_THICKNESS = 0.08;
  const PIECE = 1 / 6;
  const MIN_VISIBLE = 0.5;
  const MAX_DEVIATION = 0.012;
  const MAX_SLOPE = 0.2;
  const EDGE = 0.04;
  const BORDER_ZONE = 0.25;
  const COVERED = 0.9;
  const MIN_INSIDE = 0.5;

  // A line is y = offset + slope * x of a mask, from column to column; the mask, of
  // {width, height}, is transposed for vertical lines.

  const rowAt = ({ offset, slope }, column) => offset + slope * column;

  const middleOf = (line) => rowAt(line, (line.start + line.stop) / 2);

  const lengthOf = ({ start, stop }) => stop - start;

  // Distance from the border of the image, as a fraction of its side.
  function placeOf(line) {
    const middle = middleOf(line);
    return Math.min(middle, line.height - middle) / line.height;
  }

  const isAtBorder = (line) => placeOf(line) < BORDER_ZONE;

  // Distance from the ends of a line in which other lines, or the border, may be.
  const marginOf = ({ width }) => EDGE * width;

  // Whether a line leaves the image at its start, and at its end.
  function endsOutside(line) {
    const margin = marginOf(line);
    return [line.start <= margin, line.stop >= line.width - margin];
  }

  const isAcross = (line) => endsOutside(line).every(Boolean);

  // Call visit(place, y) for each pixel of a line with a rim: its place in the image,
  // and its row in the line's mask.
  function visitBand(line, rim, visit) {
    const { thickness, start, stop, width, height, isVertical } = line;
    const half = thickness / 2 + rim;
    const first = Math.max(Math.ceil(start - rim), 0);
    for (let x = first; x < stop + rim && x < width; x++) {
      const centre = rowAt(line, x);
      const top = Math.max(Math.floor(centre - half), 0);
      for (let y = top; y <= Math.ceil(centre + half) && y < height; y++) {
        if (Math.abs(y - centre) > half) continue;
        visit(isVertical ? x * height + y : y * width + x, y);
      }
    }
  }

  // Pixels of lines of a mask that are nearly parallel to its rows, and not thick.
  function findPixels(mask, piece) {
    const side = Math.min(mask.width, mask.height);
    const thickest = Math.max(2, roundHalfEven(MAX_THICKNESS * side));
    // Dilated, so that slightly tilted lines contain straight pieces.
    const dilated = filters.dilateLines(mask, 3, true);
    const pieces = filters.openLines(dilated, piece, false, { goesOn: true });
    // Nothing is outside: a line at the border of the image is as thin as others.
    const size = (thickest + 3) | 1;
    const thick = filters.openLines(pieces, size, true, { goesOn: false }).pixels;
    const { pixels } = pieces;
    for (let i = 0; i < pixels.length; i++) pixels[i] &= mask.pixels[i] & ~thick[i];
    return pieces;
  }

  // Lines of a mask that are nearly parallel to its rows.
  function findAlong(mask, isVertical) {
    const piece = Math.max(8, roundHalfEven(PIECE * mask.width));
    const found = findPixels(mask, piece | 1);
    if (!found.pixels.includes(1)) return [];
    const joined = filters.dilateLines(found, piece | 1, false);
    const labelled = filters.labelParts(joined, { corners: true });
    const segments = labelled.parts
      .map((part, i) => countColumns(found, labelled, part, i + 1))
      .filter(({ columns }) => columns[columns.length - 1] + 1 - columns[0] >= piece);
    return joinSegments(segments, mask, isVertical);
  }

  const findLines = (mask, turned) => [
    ...findAlong(mask, false),
    ...findAlong(turned, true),
  ];

  // Numbers of pixels of a line and their mean rows, for the columns that have any.
  function countColumns(lines, { labels }, part, number) {
    const { pixels, width } = lines;
    const columns = [];
    const counts = [];
    const centres = [];
    for (let x = part.left; x < part.right; x++) {
      let [n, rows] = [0, 0];
      for (let y = part.top; y < part.bottom; y++) {
        const i = y * width + x;
        if (pixels[i] && labels[i] === number) [n, rows] = [n + 1, rows + y];
      }
      if (!n) continue;
      columns.push(x);
      counts.push(n);
      centres.push(rows / n);
    }
    return { columns, counts, centres };
  }

  // Lines of segments: a digit may divide its line into two.
  function joinSegments(segments, mask, isVertical) {
    const joined = [];
    segments.sort((one, other) => one.columns[0] - other.columns[0]);
    for (const segment of segments) {
      const line = fitLine(segment, mask, isVertical);
      if (!line) continue;
      let isJoined = false;
      for (const before of joined) {
        if (isJoined || !mayContinue(before.line, line)) continue;
        const whole = continued(before.segment, segment);
        const wholeLine = fitLine(whole, mask, isVertical);
        if (!wholeLine) continue;
        [before.segment, before.line] = [whole, wholeLine];
        isJoined = true;
      }
      if (!isJoined) joined.push({ segment, line });
    }
    return joined.map(({ line }) => line);
  }

  const continued = (before, segment) => ({
    columns: [...before.columns, ...segment.columns],
    counts: [...before.counts, ...segment.counts],
    centres: [...before.centres, ...segment.centres],
  });

  // Whether a line may continue another one.
  function mayContinue(before, line) {
    const gap = (before.stop + line.start) / 2;
    const step = Math.abs(rowAt(line, gap) - rowAt(before, gap));
    return line.start >= before.stop && step <= 2 * allowedDeviation(line);
  }

  const allowedDeviation = ({ width }) => Math.max(1, MAX_DEVIATION * width);

  // The line through pixels, or null if they are not on a straight one.
  function fitLine({ columns, counts, centres }, { width, height }, isVertical) {
    const start = columns[0];
    const last = columns[columns.length - 1];
    if (columns.length < MIN_VISIBLE * (last - start)) return null;
    const { offset, slope } = leastSquares(columns, centres);
    const deviations = columns.map((x, i) => Math.abs(centres[i] - offset - slope * x));
    if (median(deviations) > allowedDeviation({ width })) return null;
    if (Math.abs(slope) > MAX_SLOPE) return null;
    const line = { offset, slope, thickness: median(counts), start, stop: last + 1 };
    return { ...line, isVertical, width, height };
  }

  function leastSquares(x, y) {
    const mean = (values) => values.reduce((all, one) => all + one, 0) / values.length;
    const [meanX, meanY] = [mean(x), mean(y)];
    const spread = mean(x.map((one) => (one - meanX) ** 2));
    const slope = mean(x.map((one, i) => (one - meanX) * (y[i] - meanY))) / spread;
    return { offset: meanY - slope * meanX, slope };
  }

  // All lines across a mask that are nearly parallel to its rows.
  function findHiddenAlong(mask, found, isVertical) {
    const slopes = found
      .filter(isAcross)
      .map((line) => (line.isVertical === isVertical ? line.slope : -line.slope));
    const slope = median(slopes);
    const { width, height } = mask;
    // A pixel more on either side for lines that bend, or are inclined a little more.
    const thick = filters.dilateLines(mask, 3, true).pixels;
    const hidden = [];
    let first = null;
    for (let row = 0; row <= height; row++) {
      const isLine = row < height && isCovered(thick, width, height, row, slope);
      if (isLine && first === null) first = row;
      if (isLine || first === null) continue;
      const offset = (first + row - 1) / 2 - (slope * width) / 2;
      const thickness = Math.max(1, row - first - 2);
      const line = { offset, slope, thickness, start: 0, stop: width };
      hidden.push({ ...line, isVertical, width, height });
      first = null;
    }
    return hidden;
  }

  // All lines across a mask that are parallel to lines of squared paper: digits hide
  // parts of some.
  const findHiddenLines = (mask, turned, found) => [
    ...findHiddenAlong(mask, found, false),
    ...findHiddenAlong(turned, found, true),
  ];

  // Whether a line across a mask, through a row in its middle, is ink.
  function isCovered(pixels, width, height, row, slope) {
    let [nInked, nInside] = [0, 0];
    for (let x = 0; x < width; x++) {
      const y = row + roundHalfEven(slope * (x - width / 2));
      if (y < 0 || y >= height) continue;
      nInside++;
      nInked += pixels[y * width + x];
    }
    return nInked >= COVERED * nInside && nInside > MIN_INSIDE * width;
  }

  return {
    endsOutside,
    findHiddenLines,
    findLines,
    isAcross,
    isAtBorder,
    lengthOf,
    marginOf,
    middleOf,
    placeOf,
    rowAt,
    visitBand,
  };
})();
