"""Width of the strokes of a digit, which rules of paper and shadows do not change."""

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Lengths = NDArray[np.intp]

# Rules are narrower than strokes, and cover at most this fraction of the ink.
_QUANTILE = 0.75


def estimate_stroke_width(strokes: Mask) -> float:
    """Return the upper quartile of the width of the ink at its pixels, in pixels.

    The width is the length of the run of ink along the row or the column, whichever is
    shorter. Runs that end at the border of the image may be those of a shadow, and do
    not count unless there are no others.
    """
    (across, is_inside), (down, ends_inside) = (
        _measure_runs(strokes),
        (one.T for one in _measure_runs(strokes.T)),
    )
    inside = strokes & is_inside & ends_inside
    counted = inside if inside.any() else strokes
    if not counted.any():
        return 1.0
    return float(np.quantile(np.minimum(across, down)[counted], _QUANTILE))


def _measure_runs(mask: Mask) -> tuple[Lengths, Mask]:
    """Return the length of the run of True in its row at each pixel that is True.

    And whether the run ends within the row, on both sides.
    """
    height, width = mask.shape
    padded = np.zeros((height, width + 1), bool)
    padded[:, :-1] = mask
    edges = np.flatnonzero(np.diff(padded.ravel(), prepend=False))
    starts, stops = edges[::2], edges[1::2]
    is_inside = (starts % (width + 1) > 0) & (stops % (width + 1) < width)
    lengths = np.zeros(mask.shape, np.intp)
    lengths[mask] = np.repeat(stops - starts, stops - starts)
    within = np.zeros_like(mask)
    within[mask] = np.repeat(is_inside, stops - starts)
    return lengths, within
