// Marks around digits (circles, corners of frames, dots and dashes): mirrors
// _enclosures.py of skdigits.preprocessing, which says why each constant has its value.
const enclosures = (() => {
  "use strict";

  const MAX_RATIO = 3.5;
  const MIN_SIDES = 3;
  const MIN_CORNERS = 3;
  const DOT = 0.2;
  const BESIDE = 0.25;

  // A mark is {number, top, left, bottom, right}: its number is that of its pixels in
  // labels, {labels, width}.

  const contains = (outer, inner) =>
    inner.top > outer.top &&
    inner.left > outer.left &&
    inner.bottom < outer.bottom &&
    inner.right < outer.right;

  const heightOf = ({ top, bottom }) => bottom - top;

  // The marks that surround another one.
  function findCircles(marks, labelled) {
    return marks.filter((circle) =>
      marks.some(
        (inner) =>
          contains(circle, inner) &&
          MAX_RATIO * heightOf(inner) > heightOf(circle) &&
          surrounds(circle, inner, labelled),
      ),
    );
  }

  // Whether a mark has ink on three sides of another one at least.
  function surrounds(outer, inner, { labels, width }) {
    const row = (inner.top + inner.bottom) >> 1;
    const column = (inner.left + inner.right) >> 1;
    const hasInk = (first, last, placeOf) => {
      for (let k = first; k < last; k++) {
        if (labels[placeOf(k)] === outer.number) return true;
      }
      return false;
    };
    const along = (y) => y * width + column;
    const across = (x) => row * width + x;
    const sides = [
      hasInk(outer.top, inner.top, along),
      hasInk(inner.bottom, outer.bottom, along),
      hasInk(outer.left, inner.left, across),
      hasInk(inner.right, outer.right, across),
    ];
    return sides.filter(Boolean).length >= MIN_SIDES;
  }

  // Fractions of the height and the width of a mark that another one covers.
  function overlaps({ top, left, bottom, right }, other) {
    const rows = Math.min(bottom, other.bottom) - Math.max(top, other.top);
    const columns = Math.min(right, other.right) - Math.max(left, other.left);
    return [rows / (bottom - top), columns / (right - left)];
  }

  // The marks diagonally off the digit, if they are in three directions.
  function findCorners(marks, digit) {
    const corners = marks.filter((mark) =>
      overlaps(mark, digit).every((share) => share <= BESIDE),
    );
    const sides = corners.map(
      ({ top, left }) => 2 * (top < digit.top) + (left < digit.left),
    );
    return new Set(sides).size >= MIN_CORNERS ? corners : [];
  }

  const longSide = ({ top, left, bottom, right }) =>
    Math.max(bottom - top, right - left);

  // The small marks outside of the box of the digit.
  const findDots = (marks, digit) =>
    marks.filter(
      (mark) =>
        longSide(mark) <= DOT * longSide(digit) &&
        Math.min(...overlaps(mark, digit)) <= 0,
    );

  return { findCircles, findCorners, findDots };
})();
