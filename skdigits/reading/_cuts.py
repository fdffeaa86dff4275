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
    lines = np.concatenate([middles[:, np.newaxis] + s * lean for s in _SLANTS])
    band = max(1, round(_BAND * height))
    paths, crossed = _cheapest_paths(costs, np.round(lines).astype(np.intp), band)
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
    n_rows, n_columns = costs.shape
    offsets = np.arange(-band, band + 1)
    total = np.zeros((len(lines), len(offsets)))
    moves = np.empty((n_rows, *total.shape), np.int8)
    for row in range(n_rows):
        # Offsets are counted from the line, which may move itself.
        shift = lines[:, row] - lines[:, max(0, row - 1)]
        choices = []
        for move in (0, -1, 1):
            source = np.arange(len(offsets)) + move + shift[:, np.newaxis]
            inside = (source >= 0) & (source < len(offsets))
            value = np.take_along_axis(total, source.clip(0, len(offsets) - 1), axis=1)
            choices.append(np.where(inside, value + _DIAGONAL * abs(move), np.inf))
        moves[row] = np.argmin(choices, axis=0)
        columns = lines[:, row, np.newaxis] + offsets
        here = costs[row, columns.clip(0, n_columns - 1)]
        here = np.where((columns < 0) | (columns >= n_columns), 0, here)
        total = here + np.min(choices, axis=0)
    total = total + 1e-3 * abs(offsets)
    at = total.argmin(axis=1)
    every = np.arange(len(lines))
    paths = np.empty((len(lines), n_rows), np.intp)
    step = np.array([0, -1, 1])
    crossed = total[every, at]
    for row in range(n_rows - 1, -1, -1):
        paths[:, row] = lines[:, row] + offsets[at]
        if row:
            at = at + step[moves[row][every, at]] + lines[:, row] - lines[:, row - 1]
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
