"""Estimation of the paper: flat, curved by uneven light, or with shadows and edges."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

Grey = NDArray[np.float32]

# Smaller images have a flat background, and too few border pixels to fit a surface.
MIN_PAPER_SIDE = 64
_BORDER_POINTS = 512
_FIT_STEPS = 20
# Border pixels within this contrast lie on the fitted paper. A curved surface is used
# if this many times more of them lie on it than on a flat one.
_NEAR_PAPER = 0.02
_BETTER_FIT = 1.2
_ROUNDING = 1e-4  # smaller distances from the paper count as 0
_PAPER_PART = 0.25  # of the pixels at least are paper
_COARSE_SIDE = 256  # pixels; areas are searched in an image of this size


def estimate_paper(level: Grey, quantile: float) -> tuple[NDArray[np.float64], float]:
    """Return the paper, a quantile of the border, and its noise (standard deviation).

    A constant, or a quadratic surface if that fits the border clearly better. If ink
    covers much of the border, a surface would adapt to the ink.
    """
    border = border_mask(level.shape)
    values = level[border].astype(np.float64)
    flat = np.quantile(values, quantile, keepdims=True)
    if min(level.shape) < MIN_PAPER_SIDE:
        return flat, 0.0
    step = -(-len(values) // _BORDER_POINTS)
    points = [index[::step] for index in np.nonzero(border)]
    values = values[::step]
    terms = np.stack(_surface_terms(*points, shape=level.shape), axis=1)
    coefficients = _quantile_regression(terms, values, quantile)
    noise = _estimate_noise(level[border])
    near = max(_NEAR_PAPER, 2 * noise)
    n_flat, n_curved = (
        np.count_nonzero(abs(values - fit) < near)
        for fit in (flat, terms @ coefficients)
    )
    if n_curved < _BETTER_FIT * n_flat:
        return flat, noise
    y, x = np.ogrid[: level.shape[0], : level.shape[1]]
    everywhere = _surface_terms(y, x, shape=level.shape)
    surface = np.zeros(level.shape)
    for coefficient, term in zip(coefficients, everywhere, strict=True):
        surface += coefficient * term
    return surface, noise


def estimate_areas(
    excess: NDArray[Any], widest_stroke: float, *, extended: bool
) -> NDArray[Any]:
    """Return the level of areas that are too wide for strokes, relative to the paper.

    A morphological opening: it keeps shadows, sheets and tables with their edges. The
    widest stroke is in pixels. With `extended`, the image is extended by the pixels
    of its border, so that half of this width is enough there.
    """
    factor = -(-max(excess.shape) // _COARSE_SIDE)
    blocks = ndimage.uniform_filter(excess.astype(np.float32), factor)
    blocks = blocks[factor // 2 :: factor, factor // 2 :: factor]
    side = round(widest_stroke / factor) | 1
    margin = side // 2 if extended else 0
    padded = np.pad(blocks, margin, "edge")
    opened = ndimage.grey_opening(
        padded,
        [min(side, length) for length in padded.shape],
        mode="constant",
        cval=-np.inf,
    )
    areas = opened[margin:, margin:][: blocks.shape[0], : blocks.shape[1]]
    height, width = excess.shape
    areas = np.asarray(
        Image.fromarray(areas).resize((width, height), Image.Resampling.BILINEAR)
    )
    # The opening follows the darkest noise of the paper; most pixels are paper.
    return areas + max(0.0, float(np.quantile(excess - areas, _PAPER_PART)))


def _quantile_regression(
    terms: NDArray[np.float64], values: NDArray[np.float64], quantile: float
) -> NDArray[Any]:
    """Return the coefficients of a quantile regression.

    With a low quantile, ink does not raise the fitted surface. Solved by iteratively
    reweighted least squares.
    """
    weight = np.ones(len(values))
    for _ in range(_FIT_STEPS):
        weighted = (terms * weight[:, np.newaxis]).T
        coefficients = np.linalg.solve(weighted @ terms, weighted @ values)
        residual = values - terms @ coefficients
        pull = np.where(residual > 0, quantile, 1 - quantile)
        weight = pull / np.maximum(abs(residual), _ROUNDING)
    return coefficients


def _estimate_noise(border: Grey) -> float:
    """Return the noise's standard deviation, from differences of adjacent pixels."""
    return 1.4826 * float(np.median(abs(np.diff(border)))) / 2**0.5


def border_mask(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return a mask of the border, 1/32 of the image on each side."""
    mask = np.ones(shape, bool)
    mask[tuple(slice(max(1, n // 32), n - max(1, n // 32)) for n in shape)] = False
    return mask


def _surface_terms(
    rows: NDArray[Any], columns: NDArray[Any], *, shape: tuple[int, ...]
) -> list[NDArray[np.float64]]:
    """Return the terms of a quadratic polynomial in coordinates from -1 to 1."""
    v, u = np.broadcast_arrays(
        (2 * rows + 1) / shape[0] - 1, (2 * columns + 1) / shape[1] - 1
    )
    return [np.ones_like(u), u, v, u * v, u * u, v * v]
