"""Affine warps of batches of images, with bilinear interpolation."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def warp(
    pixels: NDArray[Any], matrix: NDArray[np.float64], shift: ArrayLike = (0.0, 0.0)
) -> NDArray[Any]:
    """Return images whose pixel at p holds the value at ``matrix @ p + shift``.

    `p` is (x, y) in pixels from the centre of the image. Outside the image, the value
    is 0. The interpolation is one sparse matrix for all images of the batch.
    """
    from scipy.sparse import coo_array

    n, height, width = pixels.shape
    n_pixels = height * width
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    y, x = np.divmod(np.arange(n_pixels), width)
    places = np.stack([x, y], axis=1) - centre
    # Far outside, any place will do; huge ones would overflow as integers.
    source_x, source_y = np.clip(
        places @ matrix.T + np.asarray(shift) + centre, -1, [width, height]
    ).T
    left, top = np.floor(source_x), np.floor(source_y)
    weight_right, weight_bottom = source_x - left, source_y - top
    targets, sources, weights = [], [], []
    for column, weight_x in ((left, 1 - weight_right), (left + 1, weight_right)):
        for row, weight_y in ((top, 1 - weight_bottom), (top + 1, weight_bottom)):
            weight = weight_x * weight_y
            is_inside = (
                (column >= 0) & (column < width) & (row >= 0) & (row < height)
            ) & (weight > 0)
            targets.append(np.flatnonzero(is_inside))
            sources.append((row * width + column)[is_inside].astype(np.int64))
            weights.append(weight[is_inside].astype(pixels.dtype))
    entries = np.concatenate(weights)
    places_of_entries = (np.concatenate(targets), np.concatenate(sources))
    interpolation = coo_array((entries, places_of_entries), (n_pixels, n_pixels))
    return (interpolation.tocsr() @ pixels.reshape(n, -1).T).T.reshape(pixels.shape)
