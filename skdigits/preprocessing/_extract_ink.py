"""Segmentation of a digit: extract the ink from the paper, and crop it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from skdigits._images import to_unit_range
from skdigits.preprocessing._average_blocks import average_blocks
from skdigits.preprocessing._border_parts import remove_border_parts
from skdigits.preprocessing._enclosures import find_circles, find_corners, find_dots
from skdigits.preprocessing._otsu import otsu_threshold
from skdigits.preprocessing._paper import MIN_PAPER_SIDE, estimate_areas, estimate_paper
from skdigits.preprocessing._polarity import is_dark_on_light
from skdigits.preprocessing._rules import remove_rules
from skdigits.preprocessing._stroke_width import estimate_stroke_width

Grey = NDArray[np.float32]

# Larger images are downscaled to this side in pixels: faster, and less noise.
_MAX_SIDE = 1024
# Contrast, as a fraction of the range, below which an image is blank: 8 of 255 greys.
_MIN_CONTRAST = 0.03
# Areas wider than this fraction of the longer side are not strokes but shadows or
# other sheets: MNIST's strokes are up to a quarter of the digit wide. Nor are those
# that are then wider than so many strokes, pixels above a fraction of full ink.
_WIDEST_STROKE = 0.5
_WIDE_STROKES = 5
_STROKE = 0.35
# In standard deviations of the noise: largest difference of paper pixels from the
# paper, and smallest one of full ink.
_NOISE_MARGIN = 4
_INK_MARGIN = 6
# Fraction of full ink below which pixels are the rests of shadows and uneven light.
_PALE = 0.2
# Distance from darker ink, as a fraction of the shorter side, in which ink may be pale,
# and fraction of the image that may be pale elsewhere.
_RIM = 0.03
_PALE_AREA = 0.01
# Pixels below this fraction of full ink are ignored when cropping.
_FAINT = 0.1
# Connected components with less than this fraction of the ink of the largest are dust.
_SPECK = 0.02
# Quantile of the border pixels that is the level of the paper: ink may cover the rest.
_PAPER_QUANTILE = 0.2
_ROUNDING = 1e-4  # smaller distances from the paper count as 0

_CONNECTED = np.ones((3, 3))  # pixels are connected along sides and at corners
_BLANK: Grey = np.zeros((0, 0), np.float32)


def extract_ink(pixels: NDArray[Any], *, dark_on_light: bool | None) -> Grey:
    """Return the ink of a digit in [0, 1], cropped; an empty array for a blank image.

    With `dark_on_light` None, the polarity is detected.
    """
    factor = -(-max(pixels.shape) // _MAX_SIDE)
    image = to_unit_range(average_blocks(pixels, factor))
    image = image.astype(np.float32, copy=False)
    if dark_on_light is None:
        dark_on_light = is_dark_on_light(image)
    level = -image if dark_on_light else image
    paper, noise = estimate_paper(level, _PAPER_QUANTILE)
    margin = _NOISE_MARGIN * noise
    excess = _subtract_areas(level - paper, margin)
    full = _estimate_full_ink(excess[excess > margin + _ROUNDING])
    if full < _INK_MARGIN * noise or full - margin < _MIN_CONTRAST:
        return _BLANK
    ink = np.clip((excess - margin) / (full - margin), 0, 1).astype(np.float32)
    ink = remove_border_parts(remove_rules(ink))
    return _crop(_remove_pale(ink) if min(ink.shape) >= MIN_PAPER_SIDE else ink)


def _subtract_areas(excess: NDArray[Any], margin: float) -> NDArray[Any]:
    """Subtract areas that are too wide for strokes, such as shadows."""
    if min(excess.shape) < MIN_PAPER_SIDE:
        return excess
    widest = _WIDEST_STROKE * max(excess.shape)
    # A stroke along the border of a tight crop does not continue outside.
    excess = excess - estimate_areas(excess, widest, extended=False)
    full = _estimate_full_ink(excess[excess > margin + _ROUNDING])
    strokes = excess > max(margin, _STROKE * full)
    wide = _WIDE_STROKES * estimate_stroke_width(strokes)
    if wide >= widest:
        return excess
    return excess - estimate_areas(excess, wide, extended=True)


def _estimate_full_ink(ink: NDArray[Any]) -> float:
    """Return the level of full ink: 90th percentile above Otsu's threshold."""
    if not ink.size:
        return 0.0
    if np.ptp(ink) < _MIN_CONTRAST:
        return float(ink.max())
    return float(np.quantile(ink[ink >= otsu_threshold(ink)], 0.9))


def _remove_pale(ink: Grey) -> Grey:
    """Return the ink without what is pale, if there is much of it beside the digit.

    Full ink is estimated again, as rules may have determined it.
    """
    full = _estimate_full_ink(ink[ink > 0])
    pale = _PALE * full
    if not full:
        return ink
    is_far = ndimage.distance_transform_edt(ink <= pale) > _RIM * min(ink.shape)
    if (is_far & (ink > _FAINT)).mean() < _PALE_AREA:
        return ink
    return np.clip((ink - pale) / (full - pale), 0, 1)


def _crop(ink: Grey) -> Grey:
    """Crop to the bounding box of the strokes, without dust and marks around."""
    parts, n_parts = ndimage.label(ink > _FAINT, _CONNECTED)
    amount = ndimage.sum_labels(ink, parts, np.arange(1, n_parts + 1))
    least = _SPECK * amount.max()
    boxes = {
        label: (rows.start, columns.start, rows.stop, columns.stop)
        for label, (rows, columns) in enumerate(ndimage.find_objects(parts), 1)
        if amount[label - 1] >= least
    }
    amount[[label - 1 for label in find_circles(boxes, parts)]] = 0
    digit = 1 + int(amount.argmax())
    around = find_corners(boxes, digit) | find_dots(boxes, digit)
    amount[[label - 1 for label in around]] = 0
    is_stroke = np.concatenate([[False], amount >= _SPECK * amount.max()])
    strokes = is_stroke[parts]
    box = ndimage.find_objects(strokes.astype(np.int8))[0]
    # Dilation keeps the faint rim of the strokes.
    return np.where(ndimage.binary_dilation(strokes, _CONNECTED), ink, 0)[box]
