"""Segmentation of a digit: estimate the paper, extract the ink, crop it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from skdigits._images import to_unit_range

Grey = NDArray[np.float32]

# Larger images are downscaled to this side in pixels: faster, and less noise.
_MAX_SIDE = 1024
# Smaller images have a flat background, and too few border pixels to fit a surface.
_MIN_PAPER_SIDE = 64
# Contrast, as a fraction of the range, below which an image is blank: 8 of 255 greys.
_MIN_CONTRAST = 0.03
# In standard deviations of the noise: largest difference of paper pixels from the
# paper, and smallest one of full ink.
_NOISE_MARGIN = 4
_INK_MARGIN = 6
# Pixels below this fraction of full ink are ignored when cropping.
_FAINT = 0.1
# Connected components with less than this fraction of the ink of the largest are dust.
_SPECK = 0.02
# Quantile of the border pixels that is the level of the paper: ink may cover the rest.
_PAPER_QUANTILE = 0.2
_BORDER_POINTS = 512
_FIT_STEPS = 20
# Border pixels within this contrast lie on the fitted paper. A curved surface is used
# if this many times more of them lie on it than on a flat one.
_NEAR_PAPER = 0.02
_BETTER_FIT = 1.2
_ROUNDING = 1e-4  # smaller distances from the paper count as 0

_CONNECTED = np.ones((3, 3))  # pixels are connected along sides and at corners
_BLANK: Grey = np.zeros((0, 0), np.float32)


def extract_ink(pixels: NDArray[Any], *, dark_on_light: bool | None) -> Grey:
    """Return the ink of a digit in [0, 1], cropped; an empty array for a blank image.

    With `dark_on_light` None, the polarity is detected.
    """
    image = to_unit_range(_downscale(pixels)).astype(np.float32, copy=False)
    if dark_on_light is None:
        dark_on_light = _is_dark_on_light(image)
    level = -image if dark_on_light else image
    paper, noise = _estimate_paper(level, _PAPER_QUANTILE)
    excess = level - paper
    margin = _NOISE_MARGIN * noise
    full = _estimate_full_ink(excess[excess > margin + _ROUNDING])
    if full < _INK_MARGIN * noise or full - margin < _MIN_CONTRAST:
        return _BLANK
    ink = np.clip((excess - margin) / (full - margin), 0, 1)
    return _crop(ink.astype(np.float32))


def _downscale(pixels: NDArray[Any]) -> NDArray[Any]:
    """Average blocks of pixels of a large image, without a copy in its size."""
    factor = -(-max(pixels.shape) // _MAX_SIDE)
    if factor == 1:
        return pixels
    rows, columns = (np.arange(0, side, factor) for side in pixels.shape)
    sums = np.add.reduceat(pixels, rows, axis=0, dtype=np.float32)
    sums = np.add.reduceat(sums, columns, axis=1)
    height, width = pixels.shape
    sizes = np.outer(np.diff(rows, append=height), np.diff(columns, append=width))
    return sums / (sizes * (255 if pixels.dtype == np.uint8 else 1))


def _is_dark_on_light(image: Grey) -> bool:
    """Return True if the ink is darker than the paper."""
    difference = image - _estimate_paper(image, 0.5)[0]
    # The third moment separates large differences in few pixels (ink) from small ones
    # in many (shading).
    return float((difference**3).sum()) < 0


def _estimate_paper(level: Grey, quantile: float) -> tuple[NDArray[np.float64], float]:
    """Return the paper, a quantile of the border, and its noise (standard deviation).

    A constant, or a quadratic surface if that fits the border clearly better. If ink
    covers much of the border, a surface would adapt to the ink.
    """
    border = _border_mask(level.shape)
    values = level[border].astype(np.float64)
    flat = np.quantile(values, quantile, keepdims=True)
    if min(level.shape) < _MIN_PAPER_SIDE:
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


def _quantile_regression(
    terms: NDArray[np.float64], values: NDArray[np.float64], quantile: float
) -> NDArray[Any]:
    """Return the coefficients of a quantile regression.

    With a low quantile, ink does not raise the fitted surface. Solved by iteratively
    reweighted least squares.
    """
    weight = np.ones(len(values))
    for _ in range(_FIT_STEPS):
        coefficients = np.linalg.lstsq(
            terms * weight[:, np.newaxis], values * weight, rcond=None
        )[0]
        residual = values - terms @ coefficients
        pull = np.where(residual > 0, quantile, 1 - quantile)
        weight = np.sqrt(pull / np.maximum(abs(residual), _ROUNDING))
    return coefficients


def _estimate_noise(border: Grey) -> float:
    """Return the noise's standard deviation, from differences of adjacent pixels."""
    return 1.4826 * float(np.median(abs(np.diff(border)))) / 2**0.5


def _border_mask(shape: tuple[int, ...]) -> NDArray[np.bool_]:
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


def _estimate_full_ink(ink: NDArray[Any]) -> float:
    """Return the level of full ink: 90th percentile above Otsu's threshold."""
    if not ink.size:
        return 0.0
    if np.ptp(ink) < _MIN_CONTRAST:
        return float(ink.max())
    return float(np.quantile(ink[ink >= _otsu_threshold(ink)], 0.9))


def _otsu_threshold(values: NDArray[Any]) -> float:
    """Return the threshold that minimizes the variance within two classes."""
    counts, edges = np.histogram(values, bins=256)
    total = np.cumsum(counts * (edges[:-1] + edges[1:]) / 2)
    below = np.cumsum(counts)
    # The first and last bins hold the extremes, so neither class is empty.
    above = values.size - below[:-1]
    gap = total[:-1] / below[:-1] - (total[-1] - total[:-1]) / above
    return float(edges[1:-1][(below[:-1] * above * gap**2).argmax()])


def _crop(ink: Grey) -> Grey:
    """Crop to the bounding box of the strokes, and remove dust."""
    parts, n_parts = ndimage.label(ink > _FAINT, _CONNECTED)
    amount = ndimage.sum_labels(ink, parts, np.arange(1, n_parts + 1))
    is_stroke = np.concatenate([[False], amount >= _SPECK * amount.max()])
    strokes = is_stroke[parts]
    box = ndimage.find_objects(strokes.astype(np.int8))[0]
    # Dilation keeps the faint rim of the strokes.
    return np.where(ndimage.binary_dilation(strokes, _CONNECTED), ink, 0)[box]
