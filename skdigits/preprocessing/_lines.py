"""Straight thin lines in the ink of an image."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.bool_]

# Lengths are fractions of the side of the image along the line, or across it.
_MAX_THICKNESS = 0.08
_PIECE = 1 / 6  # a line contains straight pieces of this length
_MIN_VISIBLE = 0.5  # fraction of the length of a line that no digit hides
_MAX_DEVIATION = 0.012  # of a line from a straight one
_MAX_SLOPE = 0.2
_EDGE = 0.04  # a line that ends this near to the border of the image crosses it
_BORDER_ZONE = 0.25
_COVERED = 0.9  # fraction of a line of squared paper that is ink, digit included
_MIN_INSIDE = 0.5  # fraction of such a line that is inside the image


@dataclass
class Line:
    """A straight line ``y = offset + slope * x`` of a mask, from column to column."""

    offset: float
    slope: float
    thickness: float
    start: int
    stop: int
    is_vertical: bool
    shape: tuple[int, int]  # of the mask, transposed for vertical lines

    def band(self, rim: float) -> Mask:
        """Return the mask of the line, with a rim."""
        height, width = self.shape
        x = np.arange(width)
        centre = self.row_at(x)
        half = self.thickness / 2 + rim
        band = abs(np.arange(height)[:, np.newaxis] - centre) <= half
        band &= (x >= self.start - rim) & (x < self.stop + rim)
        return band.T if self.is_vertical else band

    def row_at(self, column: Any) -> Any:
        return self.offset + self.slope * column

    @property
    def middle(self) -> float:
        """Row of the middle of the line, or column of that of a vertical one."""
        return float(self.row_at((self.start + self.stop) / 2))

    @property
    def length(self) -> int:
        return self.stop - self.start

    @property
    def place(self) -> float:
        """Distance from the border of the image, as a fraction of its side."""
        return min(self.middle, self.shape[0] - self.middle) / self.shape[0]

    @property
    def is_at_border(self) -> bool:
        return self.place < _BORDER_ZONE

    @property
    def margin(self) -> float:
        """Distance from its ends in which other lines, or the border, may be."""
        return _EDGE * self.shape[1]

    @property
    def is_across(self) -> bool:
        """Whether the line leaves the image at both ends."""
        return self.start <= self.margin and self.stop >= self.shape[1] - self.margin

    @property
    def leaves_image(self) -> bool:
        """Whether the line leaves the image at one end at least."""
        return self.start <= self.margin or self.stop >= self.shape[1] - self.margin


@dataclass
class _Segment:
    """The columns of a mask in which pixels of a line lie."""

    columns: NDArray[Any]
    counts: NDArray[Any]  # pixels in each column
    centres: NDArray[Any]  # their mean row

    def continued(self, other: "_Segment") -> "_Segment":
        return _Segment(
            np.concatenate([self.columns, other.columns]),
            np.concatenate([self.counts, other.counts]),
            np.concatenate([self.centres, other.centres]),
        )


def find_lines(mask: Mask) -> list[Line]:
    """Return the lines of a mask that are nearly parallel to its sides."""
    return [
        *_find_lines(mask, is_vertical=False),
        *_find_lines(mask.T, is_vertical=True),
    ]


def _find_lines(mask: Mask, *, is_vertical: bool) -> list[Line]:
    """Return the lines of a mask that are nearly parallel to its rows."""
    thickest = max(2, round(_MAX_THICKNESS * min(mask.shape)))
    piece = max(8, round(_PIECE * mask.shape[1]))
    # Dilated, so that slightly tilted lines contain straight pieces.
    pixels = ndimage.maximum_filter1d(mask.astype(np.uint8), 3, axis=0)
    pixels = _open(pixels, piece, axis=1)
    # Nothing is outside: a line at the border of the image is as thin as others.
    is_thick = _open(pixels, thickest + 3, axis=0, mode="constant")
    pixels = pixels & mask & ~is_thick
    if not pixels.any():
        return []
    joined = ndimage.maximum_filter1d(pixels, piece | 1, axis=1)
    parts, _ = ndimage.label(joined, np.ones((3, 3)))
    parts *= pixels
    segments = []
    for number, box in enumerate(ndimage.find_objects(parts), 1):
        if box is None or box[1].stop - box[1].start < piece:
            continue
        y, x = np.nonzero(parts[box] == number)
        columns, inverse = np.unique(x + box[1].start, return_inverse=True)
        counts = np.bincount(inverse)
        centres = np.bincount(inverse, y + box[0].start) / counts
        segments.append(_Segment(columns, counts, centres))
    return _join(segments, mask.shape, is_vertical)


def _open(
    mask: NDArray[Any], length: int, *, axis: int, mode: str = "nearest"
) -> NDArray[Any]:
    """Morphological opening with a straight line."""
    eroded = ndimage.minimum_filter1d(mask, length | 1, axis=axis, mode=mode)
    return ndimage.maximum_filter1d(eroded, length | 1, axis=axis, mode=mode)


def _join(
    segments: list[_Segment], shape: tuple[int, ...], is_vertical: bool
) -> list[Line]:
    """Return the lines of segments: a digit may divide its line into two."""
    joined: list[tuple[_Segment, Line]] = []
    for segment in sorted(segments, key=lambda one: one.columns[0]):
        line = _fit_line(segment, shape, is_vertical)
        if line is None:
            continue
        for i, (before, line_before) in enumerate(joined):
            if not _may_continue(line_before, line):
                continue
            whole = before.continued(segment)
            whole_line = _fit_line(whole, shape, is_vertical)
            if whole_line is not None:
                joined[i] = whole, whole_line
                break
        else:
            joined.append((segment, line))
    return [line for _, line in joined]


def _may_continue(before: Line, line: Line) -> bool:
    """Return True if a line may continue another one."""
    gap = (before.stop + line.start) / 2
    step = abs(line.row_at(gap) - before.row_at(gap))
    return line.start >= before.stop and step <= 2 * _allowed_deviation(line.shape)


def _allowed_deviation(shape: tuple[int, ...]) -> float:
    return max(1, _MAX_DEVIATION * shape[1])


def _fit_line(
    segment: _Segment, shape: tuple[int, ...], is_vertical: bool
) -> Line | None:
    """Return the line through pixels, or None if they are not on a straight one."""
    columns, centres = segment.columns, segment.centres
    if len(columns) < _MIN_VISIBLE * (columns[-1] - columns[0]):
        return None
    slope, offset = np.polyfit(columns, centres, 1)
    deviation = np.median(abs(centres - offset - slope * columns))
    if deviation > _allowed_deviation(shape) or abs(slope) > _MAX_SLOPE:
        return None
    height, width = shape
    return Line(
        offset=float(offset),
        slope=float(slope),
        thickness=float(np.median(segment.counts)),
        start=int(columns[0]),
        stop=int(columns[-1]) + 1,
        is_vertical=is_vertical,
        shape=(height, width),
    )


def find_hidden_lines(mask: Mask, lines: list[Line]) -> list[Line]:
    """Return all lines across a mask that are parallel to lines of squared paper.

    Digits hide parts of some.
    """
    return [
        *_find_hidden_lines(mask, lines, is_vertical=False),
        *_find_hidden_lines(mask.T, lines, is_vertical=True),
    ]


def _find_hidden_lines(
    mask: Mask, lines: list[Line], *, is_vertical: bool
) -> list[Line]:
    """Return all lines across a mask that are nearly parallel to its rows."""
    slopes = [
        line.slope if line.is_vertical == is_vertical else -line.slope
        for line in lines
        if line.is_across
    ]
    slope = float(np.median(slopes))
    height, width = mask.shape
    x = np.arange(width)
    # A pixel more on either side for lines that bend, or are inclined a little more.
    thick = ndimage.maximum_filter1d(mask, 3, axis=0)
    rows = np.arange(height)[:, np.newaxis] + np.round(slope * (x - width / 2))
    inside = (rows >= 0) & (rows < height)
    ink = thick[rows.clip(0, height - 1).astype(np.intp), x] & inside
    is_line = (ink.sum(1) >= _COVERED * inside.sum(1)) & (inside.mean(1) > _MIN_INSIDE)
    edges = np.flatnonzero(np.diff(is_line, prepend=False, append=False))
    return [
        Line(
            offset=(first + last - 1) / 2 - slope * width / 2,
            slope=slope,
            thickness=max(1.0, last - first - 2.0),
            start=0,
            stop=width,
            is_vertical=is_vertical,
            shape=(height, width),
        )
        for first, last in edges.reshape(-1, 2)
    ]
