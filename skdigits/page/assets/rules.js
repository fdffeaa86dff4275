// Removal of frames, lines of paper and underlines: mirrors _rules.py of
// skdigits.preprocessing, which says why each constant has its value.
const rules = (() => {
  "use strict";

  const { median, roundHalfEven } = statistics;

  const MIN_SIDE = 32;
  const MIN_LENGTH = 0.5;
  const MAX_THICKNESS = 0.08;
  const PIECE = 1 / 6;
  const MAX_DEVIATION = 0.012;
  const EDGE = 0.04;
  const BORDER_ZONE = 0.25;
  const VERY_NEAR = 0.08;
  const OVERHANG = 0.05;
  const LONG_OVERHANG = 0.25;
  const MUCH_LONGER = 1.8;
  const FRAME_SIDES = 3;
  const GRID_LINES = 3;
  const DARKER = 0.3;
  const COVERED = 0.9;
  const MIN_DIGIT = 0.15;
  const RIM = 2;
  const INK = Math.fround(0.1);
  const STRONG = Math.fround(0.3);

  // A rule is a line y = offset + slope * x of a mask, from column to column; the mask,
  // of {width, height}, is transposed for vertical rules.

  // Distance from the border of the image, as a fraction of its side.
  function placeOf({ offset, slope, start, stop, height }) {
    const middle = offset + (slope * (start + stop)) / 2;
    return Math.min(middle, height - middle) / height;
  }

  const isAtBorder = (rule) => placeOf(rule) < BORDER_ZONE;

  // Whether a rule leaves the image at its start, and at its end.
  function endsOutside({ start, stop, width }) {
    const margin = EDGE * width;
    return [start <= margin, stop >= width - margin];
  }

  const isAcross = (rule) => endsOutside(rule).every(Boolean);

  // Whether rules are those of squared or ruled paper; a frame is at the border.
  function isGrid(found) {
    const across = found.filter(isAcross);
    return across.length >= GRID_LINES && !across.every(isAtBorder);
  }

  // Call visit(place, y) for each pixel of a rule with a rim: its place in the image,
  // and its row in the rule's mask.
  function visitBand(rule, rim, visit) {
    const { offset, slope, thickness, start, stop, width, height, isVertical } = rule;
    const half = thickness / 2 + rim;
    const first = Math.max(Math.ceil(start - rim), 0);
    for (let x = first; x < stop + rim && x < width; x++) {
      const centre = offset + slope * x;
      const top = Math.max(Math.floor(centre - half), 0);
      for (let y = top; y <= Math.ceil(centre + half) && y < height; y++) {
        if (Math.abs(y - centre) > half) continue;
        visit(isVertical ? x * height + y : y * width + x, y);
      }
    }
  }

  // Pixels of lines of a mask that are nearly parallel to its rows, and not thick.
  function findLines(mask, piece) {
    const side = Math.min(mask.width, mask.height);
    const thickest = Math.max(2, roundHalfEven(MAX_THICKNESS * side));
    // Dilated, so that slightly tilted lines contain straight pieces.
    const dilated = filters.dilateLines(mask, 3, true);
    const lines = filters.openLines(dilated, piece, false, { goesOn: true });
    // Nothing is outside: a rule at the border of the image is as thin as others.
    const size = (thickest + 3) | 1;
    const thick = filters.openLines(lines, size, true, { goesOn: false }).pixels;
    const { pixels } = lines;
    for (let i = 0; i < pixels.length; i++) pixels[i] &= mask.pixels[i] & ~thick[i];
    return lines;
  }

  function findRules(mask, isVertical) {
    const piece = Math.max(8, roundHalfEven(PIECE * mask.width)) | 1;
    const lines = findLines(mask, piece);
    if (!lines.pixels.includes(1)) return [];
    const joined = filters.dilateLines(lines, piece, false);
    const labelled = filters.labelParts(joined, { corners: true });
    const found = labelled.parts.map((part, i) =>
      fitRule(countColumns(lines, labelled, part, i + 1), mask, isVertical),
    );
    return found.filter((rule) => rule !== null);
  }

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

  // The rule through pixels, or null if they are not on a long straight line.
  function fitRule({ columns, counts, centres }, { width, height }, isVertical) {
    const start = columns[0];
    const last = columns[columns.length - 1];
    if (last + 1 - start < MIN_LENGTH * width) return null;
    if (columns.length < 0.7 * (last - start)) return null;
    const { offset, slope } = fitLine(columns, centres);
    const deviations = columns.map((x, i) => Math.abs(centres[i] - offset - slope * x));
    const deviation = median(deviations);
    if (deviation > Math.max(1, MAX_DEVIATION * width) || Math.abs(slope) > 0.2) {
      return null;
    }
    const thickness = median(counts);
    const line = { offset, slope, thickness, start, stop: last + 1 };
    return { ...line, isVertical, width, height };
  }

  // Least squares.
  function fitLine(x, y) {
    const mean = (values) => values.reduce((all, one) => all + one, 0) / values.length;
    const [meanX, meanY] = [mean(x), mean(y)];
    const spread = mean(x.map((one) => (one - meanX) ** 2));
    const slope = mean(x.map((one, i) => (one - meanX) * (y[i] - meanY))) / spread;
    return { offset: meanY - slope * meanX, slope };
  }

  // All lines of squared paper across a mask: digits hide parts of some.
  function findHidden(mask, found, isVertical) {
    const slopes = found
      .filter(isAcross)
      .map((rule) => (rule.isVertical === isVertical ? rule.slope : -rule.slope));
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

  // Whether a line across a mask, through a row in its middle, is ink.
  function isCovered(pixels, width, height, row, slope) {
    let [nInked, nInside] = [0, 0];
    for (let x = 0; x < width; x++) {
      const y = row + roundHalfEven(slope * (x - width / 2));
      if (y < 0 || y >= height) continue;
      nInside++;
      nInked += pixels[y * width + x];
    }
    return nInked >= COVERED * nInside && nInside > MIN_LENGTH * width;
  }

  // The ink that remains without rules; strokes that cross them remain.
  function without(ink, mask, removed) {
    const rest = mask.pixels.slice();
    for (const rule of removed) visitBand(rule, RIM, (i) => (rest[i] = 0));
    const kept = rest.slice();
    for (const rule of removed) {
      const reach = 2 * (roundHalfEven(rule.thickness) + 2 * RIM + 2);
      visitBand(rule, RIM, (i, y) => {
        if (mask.pixels[i] && isCrossed(rest, rule, i, y, reach)) kept[i] = 1;
      });
    }
    if (isGrid(removed)) keepDarker(ink, mask, removed, kept);
    return { ...mask, pixels: kept };
  }

  // Keep what is darker than the lines of squared paper.
  function keepDarker(ink, mask, removed, kept) {
    const onLines = new Set();
    for (const rule of removed) visitBand(rule, 0, (i) => onLines.add(i));
    const places = [...onLines].filter((i) => mask.pixels[i]);
    const level = median(places.map((i) => ink.pixels[i]));
    const darkest = Math.fround(level + DARKER);
    for (let i = 0; i < kept.length; i++) {
      if (ink.pixels[i] > darkest) kept[i] = 1;
    }
  }

  // Whether the rest has ink on both sides of a pixel of a rule, in row y of its mask.
  function isCrossed(rest, { isVertical, width, height }, place, y, reach) {
    const step = isVertical ? 1 : width;
    const start = place - y * step;
    const hasInk = (low, high) => {
      const end = Math.min(high, height - 1);
      for (let row = Math.max(low, 0); row <= end; row++) {
        if (rest[start + row * step]) return true;
      }
      return false;
    };
    // SciPy reflects the image at its border.
    const over = y + reach - height + 1;
    return (
      hasInk(y - reach, Math.max(y, reach - y - 1)) &&
      hasInk(over > 0 ? Math.min(y, height - over) : y, y + reach)
    );
  }

  // The largest part of the rest if it may be a digit.
  function mainPart(rest) {
    const part = filters.largestPart(filters.labelParts(rest, { corners: true }));
    if (!part) return null;
    const long = Math.max(part.right - part.left, part.bottom - part.top);
    return long >= MIN_DIGIT * Math.min(rest.width, rest.height) ? part : null;
  }

  // Whether a rule touches the digit in a box of the rest.
  function touches(rule, { pixels, width }, { top, bottom, left, right }) {
    let isTouching = false;
    visitBand(rule, RIM + 2, (i) => {
      const y = Math.floor(i / width);
      const x = i - y * width;
      if (pixels[i] && y >= top && y < bottom && x >= left && x < right) {
        isTouching = true;
      }
    });
    return isTouching;
  }

  // Whether a rule does not belong to the digit in a box.
  function isNoStroke(rule, all, rest, box) {
    const isFrame = all.filter(isAtBorder).length >= FRAME_SIDES;
    if (isFrame && isAtBorder(rule) && isSide(rule, all)) return true;
    if (isAcross(rule) && isGrid(all)) return true;
    const nParallel = all.filter((one) => one.isVertical === rule.isVertical).length;
    if (!touches(rule, rest, box)) return isAtBorder(rule) || isAcross(rule);
    const [first, end] = rule.isVertical
      ? [box.top, box.bottom]
      : [box.left, box.right];
    const overhangs = [first - rule.start, rule.stop - end];
    const length = rule.stop - rule.start;
    const isLong = Math.max(...overhangs) > LONG_OVERHANG * length;
    if (nParallel > 1 && endsOutside(rule).some(Boolean) && isLong) return true;
    const muchLonger = length > MUCH_LONGER * (end - first);
    return isAcross(rule) && Math.min(...overhangs) > OVERHANG * length && muchLonger;
  }

  // Whether a rule ends at the image's border or at rules across it.
  function isSide(rule, all) {
    const across = all.filter((one) => one.isVertical !== rule.isVertical);
    const ends = [
      0,
      rule.width,
      ...across.map(
        ({ offset, slope, start, stop }) => offset + (slope * (start + stop)) / 2,
      ),
    ];
    const margin = EDGE * rule.width + rule.thickness;
    const closed = [rule.start, rule.stop].map(
      (place) => Math.min(...ends.map((end) => Math.abs(place - end))) <= margin,
    );
    if (closed.every(Boolean)) return true;
    return closed.some(Boolean) && placeOf(rule) < VERY_NEAR;
  }

  function removeRules(ink) {
    if (Math.min(ink.width, ink.height) < MIN_SIDE) return ink;
    const mask = filters.isAbove(ink, INK);
    const turned = filters.transpose(mask);
    let found = findRules(mask, false).concat(findRules(turned, true));
    if (!found.length) return ink;
    if (isGrid(found)) {
      found.push(...findHidden(mask, found, false));
      found.push(...findHidden(turned, found, true));
    }
    const strongRest = () => {
      const rest = without(ink, mask, found);
      const { pixels } = rest;
      for (let i = 0; i < pixels.length; i++) {
        if (ink.pixels[i] <= STRONG) pixels[i] = 0;
      }
      return rest;
    };
    let rest = strongRest();
    if (!mainPart(rest)) {
      // A 1 may be as long as the sides of its frame.
      found = found.filter(isAtBorder);
      rest = strongRest();
    }
    const box = mainPart(rest);
    if (!box) return ink;
    const removed = found.filter((rule) => isNoStroke(rule, found, rest, box));
    if (!removed.length) return ink;
    const kept = without(ink, mask, removed).pixels;
    const pixels = ink.pixels.slice();
    for (let i = 0; i < pixels.length; i++) {
      if (mask.pixels[i] && !kept[i]) pixels[i] = 0;
    }
    return { ...ink, pixels };
  }

  return { removeRules };
})();
