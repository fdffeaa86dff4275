"""From a picture of a digit to its ink: which is ink, what is paper, where it ends."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

Grey = NDArray[np.float32]

# Photographs are averaged down to this side in pixels: less work and less noise.
_MAX_SIDE = 1024
# Pictures smaller than this have been cleaned when they were made small; there is not
# enough border in them to tell paper from ink.
_MIN_PAPER_SIDE = 64
# Contrast, as a fraction of the range, below which a picture is blank: 8 of 255 greys.
_MIN_CONTRAST = 0.03
# Deviations of the paper's noise that count as paper; ink is half as far again.
_NOISE_MARGIN = 4
_INK_MARGIN = 6
# Fraction of full ink that is too faint to decide where a digit ends.
_FAINT = 0.1
# Fraction of all ink: parts with less are dust, not strokes.
_SPECK = 0.02
# Fraction of the border's pixels below the fitted paper: ink may cover the others.
_PAPER_QUANTILE = 0.2
_BORDER_POINTS = 512
_FIT_STEPS = 20
# Contrast within which the border lies on the paper, and how many times more of it has
# to lie on a curved surface than on a flat one.
_NEAR_PAPER = 0.02
_BETTER_FIT = 1.2
_ROUNDING = 1e-4  # distances from the paper below this are none

_TOUCHING = np.ones((3, 3))  # pixels touch along sides and at corners
_BLANK: Grey = np.zeros((0, 0), np.float32)


def extract_ink(picture: Grey, *, dark_on_light: bool | None) -> Grey:
    """Ink of a digit in [0, 1], cropped to it; an empty array where there is none.

    `dark_on_light` None means: find out.
    """
    picture = _reduced(picture)
    if dark_on_light is None:
        dark_on_light = _is_dark_on_light(picture)
    level = -picture if dark_on_light else picture
    paper, noise = _paper(level, _PAPER_QUANTILE)
    excess = level - paper
    margin = _NOISE_MARGIN * noise
    full = _full_ink(excess[excess > margin + _ROUNDING])
    if full < _INK_MARGIN * noise or full - margin < _MIN_CONTRAST:
        return _BLANK
    ink = np.clip((excess - margin) / (full - margin), 0, 1)
    return _cropped(ink.astype(np.float32))


def _reduced(picture: Grey) -> Grey:
    """Average blocks of pixels of a large picture."""
    factor = -(-max(picture.shape) // _MAX_SIDE)
    if factor == 1:
        return picture
    return np.asarray(Image.fromarray(picture).reduce(factor))


def _is_dark_on_light(picture: Grey) -> bool:
    """Whether what differs most from the paper is darker than it."""
    difference = picture - _paper(picture, 0.5)[0]
    # Ink differs much in few pixels, uneven paper a little in many: cubes tell.
    return float((difference**3).sum()) < 0


def _paper(level: Grey, quantile: float) -> tuple[NDArray[np.float64], float]:
    """Paper above a fraction `quantile` of the border, and its noise (deviation).

    A single level, or a quadratic surface where that fits the border clearly better:
    where ink covers much of the border, a surface would bend to it.
    """
    border = _border(level.shape)
    values = level[border].astype(np.float64)
    flat = np.quantile(values, quantile, keepdims=True)
    if min(level.shape) < _MIN_PAPER_SIDE:
        return flat, 0.0
    step = -(-len(values) // _BORDER_POINTS)
    points = [index[::step] for index in np.nonzero(border)]
    values = values[::step]
    terms = np.stack(_surface_terms(*points, shape=level.shape), axis=1)
    coefficients = _quantile_regression(terms, values, quantile)
    noise = _noise(level[border])
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
    """Coefficients of the fit that a fraction `quantile` of the values lies below.

    With a low quantile it passes below ink and is not lifted by it. Solved by
    iteratively reweighted least squares.
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


def _noise(border: Grey) -> float:
    """Deviation of the noise, from the differences between neighbours on the border."""
    return 1.4826 * float(np.median(abs(np.diff(border)))) / 2**0.5


def _border(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Mask of the outermost pixels, a thirty-second of the picture on each side."""
    mask = np.ones(shape, bool)
    mask[tuple(slice(max(1, n // 32), n - max(1, n // 32)) for n in shape)] = False
    return mask


def _surface_terms(
    rows: NDArray[Any], columns: NDArray[Any], *, shape: tuple[int, ...]
) -> list[NDArray[np.float64]]:
    """Terms of a quadratic polynomial in coordinates from -1 to 1."""
    v, u = np.broadcast_arrays(
        (2 * rows + 1) / shape[0] - 1, (2 * columns + 1) / shape[1] - 1
    )
    return [np.ones_like(u), u, v, u * v, u * u, v * v]


def _full_ink(ink: NDArray[Any]) -> float:
    """Level of full ink: nine tenths of what is ink beyond doubt lie below it."""
    if not ink.size:
        return 0.0
    if np.ptp(ink) < _MIN_CONTRAST:
        return float(ink.max())
    return float(np.quantile(ink[ink >= _otsu_threshold(ink)], 0.9))


def _otsu_threshold(values: NDArray[Any]) -> float:
    """Threshold between two classes that leaves least variance within them."""
    counts, edges = np.histogram(values, bins=256)
    total = np.cumsum(counts * (edges[:-1] + edges[1:]) / 2)
    below = np.cumsum(counts)
    # The first and last bins hold the extremes, so no class is empty.
    above = values.size - below[:-1]
    gap = total[:-1] / below[:-1] - (total[-1] - total[:-1]) / above
    return float(edges[1:-1][(below[:-1] * above * gap**2).argmax()])


def _cropped(ink: Grey) -> Grey:
    """Cut the smallest box around the strokes, and take out the dust."""
    parts, n_parts = ndimage.label(ink > _FAINT, _TOUCHING)
    amount = ndimage.sum_labels(ink, parts, np.arange(1, n_parts + 1))
    is_stroke = np.concatenate([[False], amount >= _SPECK * amount.sum()])
    strokes = is_stroke[parts]
    box = ndimage.find_objects(strokes.astype(np.int8))[0]
    # The faint rim of a stroke is part of it.
    return np.where(ndimage.binary_dilation(strokes, _TOUCHING), ink, 0)[box]
