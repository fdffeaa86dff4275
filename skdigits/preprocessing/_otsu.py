"""Thresholds between two classes of pixels."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def otsu_threshold(values: NDArray[Any]) -> float:
    """Return the threshold that minimizes the variance within two classes."""
    if values.min() == values.max():
        return float(values.min())
    counts, edges = np.histogram(values, bins=256)
    total = np.cumsum(counts * (edges[:-1] + edges[1:]) / 2)
    below = np.cumsum(counts)
    # The first and last bins hold the extremes, so neither class is empty.
    above = values.size - below[:-1]
    gap = total[:-1] / below[:-1] - (total[-1] - total[:-1]) / above
    return float(edges[1:-1][(below[:-1] * above * gap**2).argmax()])
