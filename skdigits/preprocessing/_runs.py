"""Runs of ink along the rows of a mask."""

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


def find_runs(mask: Mask) -> tuple[NDArray[np.intp], Mask]:
    """Return the lengths of the runs of True along rows, and which reach no end."""
    padded = np.zeros((mask.shape[0], mask.shape[1] + 1), bool)
    padded[:, :-1] = mask
    edges = np.flatnonzero(np.diff(padded.ravel(), prepend=False))
    starts, stops = edges[::2], edges[1::2]
    is_inside = (starts % padded.shape[1] > 0) & ((stops + 1) % padded.shape[1] > 0)
    return stops - starts, is_inside
