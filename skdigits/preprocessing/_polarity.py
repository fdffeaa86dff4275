"""Detection of the polarity: dark ink on light paper, or light on dark."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from skdigits.preprocessing._otsu import otsu_threshold
from skdigits.preprocessing._paper import estimate_paper

_COARSE_SIDE = 256  # pixels; thickness is measured in an image of this size
# Logistic regression on distorted training images of MNIST and their negatives:
# frames, rules, shadows, sheets, tight crops, thin and pale strokes.
_AREA_WEIGHT = 3.0
_THICKNESS_WEIGHT = 2.0


def is_dark_on_light(image: NDArray[Any]) -> bool:
    """Return True if the ink is darker than the paper.

    Ink covers less area than paper, and is thinner. Neither is true of every digit, but
    both hold for frames and for ink along the border of a tight crop.
    """
    step = -(-max(image.shape) // _COARSE_SIDE)
    flattened = image - estimate_paper(image, 0.5)[0]
    scores = (_score_light(level[::step, ::step]) for level in (image, flattened))
    return bool(sum(scores) >= 0)


def _score_light(level: NDArray[Any]) -> float:
    """Return a positive number if light pixels are the paper, a negative one if dark."""
    is_light = level >= otsu_threshold(level.ravel())
    area = float(is_light.mean()) - 0.5
    ratio = float(np.log(_thickness(is_light) / _thickness(~is_light)))
    return _AREA_WEIGHT * area + _THICKNESS_WEIGHT * ratio


def _thickness(mask: NDArray[np.bool_]) -> float:
    """Return the radius of the largest circle in a mask, in pixels.

    A region that ends at the border of the image is assumed to go on outside.
    """
    if mask.all():
        return float(max(mask.shape))
    return 1 + float(ndimage.distance_transform_edt(mask).max())
