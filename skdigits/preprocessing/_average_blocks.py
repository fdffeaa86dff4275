"""Downscaling of images by averaging blocks of pixels."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def average_blocks(pixels: NDArray[Any], factor: int) -> NDArray[Any]:
    """Return means of square blocks, float32 in [0, 1], without a copy in full size.

    Blocks at the lower and right edge are cut. A factor of 1 returns the pixels as they
    are.
    """
    if factor == 1:
        return pixels
    rows, columns = (np.arange(0, side, factor) for side in pixels.shape)
    sums = np.add.reduceat(pixels, rows, axis=0, dtype=np.float32)
    sums = np.add.reduceat(sums, columns, axis=1)
    height, width = pixels.shape
    sizes = np.outer(np.diff(rows, append=height), np.diff(columns, append=width))
    scale = 255 if pixels.dtype == np.uint8 else 1
    return (sums / (sizes * scale)).astype(np.float32)
