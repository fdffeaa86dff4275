"""Ruled and squared paper: long straight lines, found and removed."""

import numpy as np
from scipy import ndimage

from skdigits.reading._page_ink import Grey, Mask, estimate_stroke_width

# A line is at least this many stroke widths and pixels long, ...
_LENGTH_STROKES = 30
_MIN_LENGTH = 60
# ... and inked along this fraction of any such length.
_COVERED = 0.75
# Slopes of lines that are tried; a page that is turned by more must be straightened.
_SLOPES = np.arange(-0.1, 0.1001, 0.004)
_SAMPLE = 20_000  # pixels that vote for a slope
# Strokes that cross a line are longer, across it, than this many line widths, or have
# that much more ink, as a fraction of full ink.
_CROSSING = 1.6
_DARKER = 0.3
# Quantiles of a line's ink, which is paler along its edges, and of its widths: a thin
# line is twice as wide where it continues in the next row.
_LINE_INK = 0.75
_LINE_WIDTH = 0.9
_PALE = 0.12  # fraction of full ink of the palest lines


def find_rules(ink: Grey, strokes: Mask) -> Mask:
    """Return the pixels of long lines, without the strokes that cross them."""
    width = estimate_stroke_width(strokes, thin_lines=True)
    length = max(_MIN_LENGTH, round(_LENGTH_STROKES * width))
    marks = ink > _PALE
    return _find_horizontal(ink, marks, length) | (
        _find_horizontal(ink.T, marks.T, length).T
    )


def _find_horizontal(ink: Grey, marks: Mask, length: int) -> Mask:
    if marks.shape[1] < length:
        return np.zeros_like(marks)
    slope = _estimate_slope(marks)
    straight = _shear(marks, slope)
    # A line that is inclined or bent a little continues in the next row.
    thick = ndimage.maximum_filter1d(straight.view(np.uint8), 3, axis=0)
    covered = ndimage.uniform_filter1d(
        thick, length, axis=1, output=np.float32, mode="constant"
    )
    centre = (covered >= _COVERED).view(np.uint8)
    if not centre.any():
        return np.zeros_like(marks)
    line = ndimage.maximum_filter1d(centre, length, axis=1).view(bool) & straight
    line = _shear(line, -slope) & marks
    if not line.any():
        return line
    darker = ink > float(np.quantile(ink[line], _LINE_INK)) + _DARKER
    return line & ~darker & ~_find_crossings(marks, line)


def _estimate_slope(marks: Mask) -> float:
    """Return the slope along which the ink is most concentrated in lines."""
    rows, columns = np.nonzero(marks)
    step = max(1, len(rows) // _SAMPLE)
    rows, columns = rows[::step], columns[::step]
    scores = []
    for slope in _SLOPES:
        level = np.round(rows - slope * columns).astype(np.intp)
        counts = np.bincount(level - level.min())
        scores.append(float((counts.astype(float) ** 2).sum()))
    return float(_SLOPES[int(np.argmax(scores))]) if scores else 0.0


def _shear(marks: Mask, slope: float) -> Mask:
    """Shift columns up by `slope` pixels per column."""
    shifts = np.round(slope * np.arange(marks.shape[1])).astype(np.intp)
    if not shifts.any():
        return marks
    sheared = np.empty_like(marks)
    starts = np.flatnonzero(np.diff(shifts, prepend=shifts[0] - 1))
    for start, stop in zip(starts, [*starts[1:], len(shifts)], strict=True):
        sheared[:, start:stop] = np.roll(marks[:, start:stop], -shifts[start], axis=0)
    return sheared


def _find_crossings(marks: Mask, line: Mask) -> Mask:
    """Return the pixels of vertical runs that are longer than a line is wide."""
    columns = line.T
    edges = np.flatnonzero(np.diff(columns.ravel().view(np.int8)))
    runs = np.diff(edges)[::2] if edges.size > 1 else np.ones(1)
    usual, largest = np.quantile(runs, [0.5, _LINE_WIDTH])
    tall = int(max(_CROSSING * usual, largest)) + 1
    eroded = ndimage.minimum_filter1d(marks.view(np.uint8), tall, axis=0)
    origin = -1 if tall % 2 == 0 else 0  # an even window has no centre
    return ndimage.maximum_filter1d(eroded, tall, axis=0, origin=origin).view(bool)
