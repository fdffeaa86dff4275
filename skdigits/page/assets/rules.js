// Removal of frames, lines of paper and underlines: mirrors _rules.py of
// skdigits.preprocessing, which says why each constant has its value.
const rules = (() => {
  "use strict";

  const { median, roundHalfEven } = statistics;
  const { isAcross, isAtBorder, lengthOf, marginOf, middleOf, visitBand } = lines;

  const MIN_SIDE = 32;
  const MIN_LENGTH = 0.5;
  const VERY_NEAR = 0.08;
  const OVERHANG = 0.05;
  const LONG_OVERHANG = 0.25;
  const UNDERLINE_OVERHANG = 0.12;
  const BELOW = 0.1;
  const THIN = 0.6;
  const POST_THICKNESS = 1.5;
  const MUCH_LONGER = 1.8;
  const FRAME_SIDES = 3;
  const GRID_LINES = 3;
  const DARKER = 0.3;
  const MIN_DIGIT = 0.15;
  const RIM = 2;
  const INK = Math.fround(0.1);
  const STRONG = Math.fround(0.3);

  // Whether rules are those of squared or ruled paper; a frame is at the border.
  function isGrid(found) {
    const across = found.filter(isAcross);
    return across.length >= GRID_LINES && !across.every(isAtBorder);
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
    if (!touches(rule, rest, box)) return isAtBorder(rule) || isAcross(rule);
    const overhangs = overhangsOf(rule, box);
    const nParallel = all.filter((one) => one.isVertical === rule.isVertical).length;
    const length = lengthOf(rule);
    const isLong = Math.max(...overhangs) > LONG_OVERHANG * length;
    if (nParallel > 1 && lines.endsOutside(rule).some(Boolean) && isLong) return true;
    const muchLonger = length > MUCH_LONGER * (length - overhangs[0] - overhangs[1]);
    return isAcross(rule) && Math.min(...overhangs) > OVERHANG * length && muchLonger;
  }

  // Lengths of a rule beyond the digit in a box, at both ends.
  function overhangsOf(rule, { top, bottom, left, right }) {
    const [first, end] = rule.isVertical ? [top, bottom] : [left, right];
    return [first - rule.start, rule.stop - end];
  }

  // Whether a line stands at the end of a rule, as in an open box.
  function isPost(line, removed) {
    const margin = marginOf(line) + line.thickness;
    const distance = (place, { start, stop }) =>
      Math.min(Math.abs(place - start), Math.abs(place - stop));
    return removed.some((rule) => {
      if (line.thickness > POST_THICKNESS * rule.thickness) return false;
      if (rule.isVertical === line.isVertical) return false;
      const middle = middleOf(line);
      const fromRule = distance(lines.rowAt(rule, middle), line);
      return Math.max(fromRule, distance(middle, rule)) <= margin;
    });
  }

  // Whether a rule ends at the image's border or at rules across it.
  function isSide(rule, all) {
    const across = all.filter((one) => one.isVertical !== rule.isVertical);
    const ends = [0, rule.width, ...across.map(middleOf)];
    const margin = marginOf(rule) + rule.thickness;
    const closed = [rule.start, rule.stop].map(
      (place) => Math.min(...ends.map((end) => Math.abs(place - end))) <= margin,
    );
    if (closed.every(Boolean)) return true;
    return closed.some(Boolean) && lines.placeOf(rule) < VERY_NEAR;
  }

  // The strong ink without rules.
  function restOf(ink, mask, removed) {
    const rest = without(ink, mask, removed);
    const { pixels } = rest;
    for (let i = 0; i < pixels.length; i++) {
      if (ink.pixels[i] <= STRONG) pixels[i] = 0;
    }
    return rest;
  }

  // The lines that are rules, and those that stand at their ends.
  function findRules(ink, mask, turned, all) {
    const isRule = (line) => lengthOf(line) >= MIN_LENGTH * line.width;
    let found = all.filter(isRule);
    if (!found.length) return [];
    if (isGrid(found)) found.push(...lines.findHiddenLines(mask, turned, found));
    let rest = restOf(ink, mask, found);
    if (!mainPart(rest)) {
      // A 1 may be as long as the sides of its frame.
      found = found.filter(isAtBorder);
      rest = restOf(ink, mask, found);
    }
    const box = mainPart(rest);
    if (!box) return [];
    const removed = found.filter((rule) => isNoStroke(rule, found, rest, box));
    const posts = all.filter((line) => !isRule(line) && isPost(line, removed));
    return removed.concat(posts.filter((post) => !touches(post, rest, box)));
  }

  // Lines below the digit, longer than it and thinner than its strokes.
  function findUnderlines(ink, mask, all, removed) {
    const candidates = all.filter(
      (line) => !line.isVertical && !removed.includes(line),
    );
    if (!candidates.length) return [];
    const thin = THIN * paper.strokeWidth(filters.isAbove(ink, STRONG));
    return candidates.filter((line) => {
      if (line.thickness > thin) return false;
      const rest = restOf(ink, mask, [...removed, line]);
      const box = mainPart(rest);
      const count = (pixels) => pixels.reduce((total, one) => total + one, 0);
      const first = roundHalfEven(middleOf(line)) * rest.width;
      const nBelow = count(rest.pixels.subarray(first));
      if (!box || nBelow > BELOW * count(rest.pixels)) return false;
      const length = lengthOf(line);
      const isLong = length > box.bottom - box.top;
      return isLong && Math.min(...overhangsOf(line, box)) > UNDERLINE_OVERHANG * length;
    });
  }

  function removeRules(ink) {
    if (Math.min(ink.width, ink.height) < MIN_SIDE) return ink;
    const mask = filters.isAbove(ink, INK);
    const turned = filters.transpose(mask);
    const all = lines.findLines(mask, turned);
    const removed = findRules(ink, mask, turned, all);
    removed.push(...findUnderlines(ink, mask, all, removed));
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
