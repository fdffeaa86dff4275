"""Width of the strokes of a digit, which rules of paper and shadows do not change."""

import numpy as np
from numpy.typing import NDArray

from skdigits.preprocessing._runs import find_runs

Mask = NDArray[np.bool_]
Lengths = NDArray[np.intp]

# Rules are narrower than strokes, and cover at most this fraction of the ink.
_QUANTILE = 0.75


def estimate_stroke_width(strokes: Mask) -> float:
    """Return the upper quartile of the width of the ink at its pixels, in pixels.

    The width is the length of the run of ink along the row or the column, whichever is
    shorter. Runs that end at the border of the image may be those of a shadow. They
    are ignored, unless all runs end there.
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
    runs, is_inside = find_runs(mask)
    lengths = np.zeros(mask.shape, np.intp)
    lengths[mask] = np.repeat(runs, runs)
    within = np.zeros_like(mask)
    within[mask] = np.repeat(is_inside, runs)
    return lengths, within
