"""Cuts through touching digits: paths from top to bottom that cross little ink."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from skdigits.reading._page_ink import Grey

Paths = NDArray[np.intp]

_CONNECTED = np.ones((3, 3), bool)
# In heights of a digit: the spacing of the paths that are tried, how much kept paths
# differ, how far a path may leave its straight line, how close it may be to the side.
_STEP = 0.05
_SPACING = 0.07
_BAND = 0.12
_MARGIN = 0.12
# Inclinations of these lines: columns per row, to the right at the top.
_SLANTS = (-0.15, 0.15, 0.5)
# What a diagonal step costs, in pixels of full ink.
_DIAGONAL = 0.1
# From which offset a diagonal step comes: its move, and slices of the two rows.
_STEPS = (
    (-1, np.s_[:, 1:], np.s_[:, :-1]),
    (1, np.s_[:, :-1], np.s_[:, 1:]),
)
_STRAIGHT = 1e-3  # decides between equals for the path closer to its line
# Two strokes side by side have a paler valley between them: width of the strokes in
# heights of a digit, and how much cheaper the valley is.
_STROKE = 0.2
_VALLEY = 8.0
# Paths through more ink, in heights of a digit, are not between two digits.
_MAX_CROSSED = 0.4
_CUTS_PER_HEIGHT = 7
# Fragments with less than this fraction of the ink belong to a neighbour.
_FRAGMENT = 0.12
_FAINT = 0.1


def find_cuts(ink: Grey, height: float) -> tuple[Paths, NDArray[np.float64]]:
    """Return cuts, one column per row of the image, and the ink that they cross.

    From left to right; `height` is that of a digit in pixels. The crossed ink counts
    heights of a digit.
    """
    n_rows, n_columns = ink.shape
    size = max(3, round(_STROKE * height))
    depth = ndimage.grey_closing(ink, (1, size)) - ink
    costs = ink * np.exp(-_VALLEY * depth)
    step, margin = max(1.0, _STEP * height), max(1.0, _MARGIN * height)
    middles = np.arange(margin, n_columns - margin + 0.5, step)
    lean = n_rows / 2 - np.arange(n_rows)
    lines = np.concatenate(
        [np.round(middles)[:, np.newaxis] + np.round(s * lean) for s in _SLANTS]
    ).astype(np.intp)
    band = max(1, round(_BAND * height))
    paths, crossed = _cheapest_paths(costs, lines, band)
    crossed /= height
    means = paths.mean(axis=1)
    kept: list[int] = []
    most = int(np.ceil(_CUTS_PER_HEIGHT * n_columns / height))
    for index in np.argsort(crossed, kind="stable"):
        if crossed[index] > _MAX_CROSSED or len(kept) == most:
            break
        if not margin <= means[index] <= n_columns - margin:
            continue
        distances = abs(paths[kept] - paths[index]).mean(axis=1)
        if not kept or distances.min() >= _SPACING * height:
            kept.append(int(index))
    kept.sort(key=lambda index: means[index])
    return paths[kept], crossed[kept]


def _cheapest_paths(
    costs: Grey, lines: NDArray[np.intp], band: int
) -> tuple[Paths, NDArray[np.float64]]:
    """Return for each line the path within the band that crosses the least ink."""
    n_rows = len(costs)
    offsets = np.arange(-band, band + 1)
    margin = band + max(0, -int(lines.min()), int(lines.max()) - costs.shape[1] + 1)
    padded = np.pad(costs, ((0, 0), (margin, margin)))
    rows = np.arange(n_rows)[:, np.newaxis, np.newaxis]
    # Shape (n_rows, n_lines, n_offsets); a path moves by at most one offset per row.
    bands = padded[rows, lines.T[..., np.newaxis] + offsets + margin].astype(float)
    moves = np.zeros(bands.shape, np.int8)
    total = bands[0]
    for row in range(1, n_rows):
        best, move = total.copy(), moves[row]
        for step, to, source in _STEPS:
            other = total[source] + _DIAGONAL
            better = other < best[to]
            best[to][better] = other[better]
            move[to][better] = step
        total = best + bands[row]
    at = (total + _STRAIGHT * abs(offsets)).argmin(axis=1)
    every = np.arange(len(lines))
    crossed = total[every, at]
    paths = np.empty_like(lines)
    for row in range(n_rows - 1, -1, -1):
        paths[:, row] = lines[:, row] + offsets[at]
        at = at + moves[row, every, at]
    return paths, crossed


def between(
    ink: Grey, left: NDArray[np.intp], right: NDArray[np.intp]
) -> tuple[Grey, int]:
    """Return the ink between two cuts, without fragments of the neighbours.

    And the column of `ink` that is its first.
    """
    first = max(0, int(left.min()))
    last = min(ink.shape[1], int(right.max()))
    columns = np.arange(first, last)
    inside = (columns >= left[:, np.newaxis]) & (columns < right[:, np.newaxis])
    piece = np.where(inside, ink[:, first:last], np.float32(0))
    parts, n_parts = ndimage.label(piece > _FAINT, _CONNECTED)
    if n_parts > 1:
        amounts = ndimage.sum_labels(piece, parts, np.arange(n_parts + 1))
        amounts[0] = 0
        kept = amounts >= _FRAGMENT * amounts.sum()
        piece = np.where(kept[parts], piece, np.float32(0))
    return piece, first


def crop(piece: Grey) -> tuple[Grey, tuple[slice, slice]] | None:
    """Crop to the ink; return the image and its place, None without ink."""
    visible = piece > _FAINT
    rows, columns = (np.flatnonzero(visible.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return None
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return piece[box], box
