"""Detection of the polarity: dark ink on light paper, or light on dark."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from skdigits.preprocessing._otsu import otsu_threshold
from skdigits.preprocessing._paper import MIN_PAPER_SIDE, estimate_paper

# Ink in few pixels of an image with much paper: the least skewness of the difference
# from the local paper, a median over this fraction of the longer side, in an image with
# at most this number of pixels on a side.
_CERTAIN = 2.5
_MEDIAN_SIDE = 0.5
_TINY_SIDE = 32
_COARSE_SIDE = 256  # pixels; thickness is measured in an image of this size
# Logistic regression on distorted training images of MNIST and their negatives:
# frames, rules, shadows, sheets, tight crops, thin and pale strokes.
_AREA_WEIGHT = 0.7
_THICKNESS_WEIGHT = 2.8
_SKEWNESS_WEIGHT = 2.0
_PARTS_WEIGHT = 1.0
# Parts below this fraction of the image are dust, or squares between rules.
_MIN_PART = 0.01
# A sheet: its least side in pixels, the least fractions of its box that it fills with
# and without the digit, and the least height of the digit in it. A filled ellipse
# covers 0.79 of its box.
_MIN_SHEET = 96
_RECTANGULAR = 0.85
_SHEET_AREA = 0.7
_MIN_DIGIT = 0.2


def is_dark_on_light(image: NDArray[Any]) -> bool:
    """Return True if the ink is darker than the paper.

    Ink differs much from the paper around it in few pixels, whatever shadows there are.
    In crops with little paper it covers less area than paper, is thinner, differs much
    from most of the border in few pixels, and cuts the paper into parts. None is true
    of every image: bold digits in tight crops cover much area, frames cover the border.
    """
    if min(image.shape) >= MIN_PAPER_SIDE:
        skewness = _local_skewness(image)
        if abs(skewness) >= _CERTAIN:
            return skewness < 0
    step = -(-max(image.shape) // _COARSE_SIDE)
    paper = estimate_paper(image, 0.5)[0]
    flattened = image - paper
    coarse = image[::step, ::step]
    score = _score_light(coarse)
    # Subtracting a constant changes neither area nor thickness.
    score += score if paper.size == 1 else _score_light(flattened[::step, ::step])
    score -= _SKEWNESS_WEIGHT * float(np.clip(_skewness(flattened), -1, 1))
    is_dark_ink = score >= 0
    # What seems to be the ink may be a sheet that lies on something else.
    ink = (coarse < otsu_threshold(coarse.ravel())) == is_dark_ink
    return is_dark_ink != _is_sheet(ink)


def _score_light(level: NDArray[Any]) -> float:
    """Return how likely light pixels are the paper; below 0, dark pixels are."""
    is_light = level >= otsu_threshold(level.ravel())
    area = float(is_light.mean()) - 0.5
    ratio = float(np.log(_thickness(is_light) / _thickness(~is_light)))
    score = _AREA_WEIGHT * area + _THICKNESS_WEIGHT * ratio
    if _touches_all_sides(is_light) and _touches_all_sides(~is_light):
        # Bold ink in one part that cuts the paper of a tight crop into several.
        n_light, n_dark = _count_parts(is_light), _count_parts(~is_light)
        if n_dark <= 1 < n_light:
            score += _PARTS_WEIGHT
        elif n_light <= 1 < n_dark:
            score -= _PARTS_WEIGHT
    return score


def _touches_all_sides(mask: NDArray[np.bool_]) -> bool:
    sides = mask[0], mask[-1], mask[:, 0], mask[:, -1]
    return all(side.any() for side in sides)


def _count_parts(mask: NDArray[np.bool_]) -> int:
    """Return the number of connected components that are not small."""
    parts, _ = ndimage.label(mask, np.ones((3, 3)))
    areas = np.bincount(parts.ravel())[1:]
    return int((areas >= _MIN_PART * mask.size).sum())


def _skewness(difference: NDArray[Any]) -> float:
    """Return the third moment of the difference from the paper, normalized."""
    power = float((difference**2).mean())
    return float((difference**3).mean()) / power**1.5 if power else 0.0


def _local_skewness(image: NDArray[Any]) -> float:
    step = -(-max(image.shape) // _TINY_SIDE)
    tiny = image[::step, ::step]
    side = round(_MEDIAN_SIDE * max(tiny.shape)) | 1
    return _skewness(tiny - ndimage.median_filter(tiny, side, mode="nearest"))


def _thickness(mask: NDArray[np.bool_]) -> float:
    """Return the radius of the largest circle in a mask, in pixels.

    A region that ends at the border of the image is assumed to go on outside.
    """
    if mask.all():
        return float(max(mask.shape))
    return 1 + float(ndimage.distance_transform_edt(mask).max())


def _is_sheet(mask: NDArray[np.bool_]) -> bool:
    """Return True if the largest part of a mask is a rectangle with a digit in it."""
    if min(mask.shape) < _MIN_SHEET:
        return False
    parts, n_parts = ndimage.label(mask)
    if not n_parts:
        return False
    number = 1 + int(np.bincount(parts.ravel())[1:].argmax())
    part = parts[ndimage.find_objects(parts)[number - 1]] == number
    filled = ndimage.binary_fill_holes(part)
    hole = np.nonzero(filled & ~part)
    if min(part.shape) < _MIN_SHEET or not hole[0].size:
        return False
    height = np.ptp(hole[0]) / part.shape[0]
    return bool(
        filled.mean() > _RECTANGULAR
        and part.mean() > _SHEET_AREA
        and height > _MIN_DIGIT
    )
