"""Segments of touching digits, and the best sequence of them."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from skdigits.reading._cuts import between, crop, find_cuts
from skdigits.reading._page_ink import Grey
from skdigits.reading._records import Box, DigitBox

# Ink is cut at this height of a digit in pixels, enough for fields of 28x28.
_CUT_HEIGHT = 48
# In heights of a digit: the narrowest box with three digits, the widths of a digit in
# the middle, the width of any digit, and its lowest height.
_THREE = 1.45
_MIDDLE = (0.25, 1.1)
_WIDEST = 1.5
_LOWEST = 0.35
# Segments with less ink than this fraction of a digit's are fragments.
_FRAGMENT = 0.08

# The weights of a sequence, chosen on numbers rendered from MNIST's training images:
# per cut; per height of a digit that a cut crosses; per square of the width above 0.8
# heights, per height below 0.65, per width below 0.3 heights.
_CUT = 0.5
_CROSSED = 1.0
_WIDE, _WIDE_FROM = 2.0, 0.8
_LOW, _LOW_FROM = 4.0, 0.65
_NARROW, _NARROW_FROM = 1.0, 0.3
# Wide digits are low in MNIST: widths are relative to at least this height.
_LOWEST_UNIT = 0.7


@dataclass(frozen=True)
class Segment:
    """Ink between two cuts: the image, its box on the page, and its log priors.

    That of its height and width, and that of its height alone.
    """

    image: Grey
    box: Box
    log_prior: float
    log_height_prior: float


@dataclass
class Lattice:
    """All segments between the cuts of one box, by the numbers of their two cuts."""

    n_cuts: int
    crossed: list[float] = field(default_factory=list)
    segments: dict[tuple[int, int], Segment] = field(default_factory=dict)

    def best_sequence(
        self, log_probability: Callable[[Segment], float]
    ) -> list[Segment]:
        """Return the segments with the largest sum of logarithms, left to right."""
        last = self.n_cuts + 1
        scores = [0.0] + [-np.inf] * last
        sequences: list[list[Segment]] = [[] for _ in scores]
        for (start, stop), segment in sorted(
            self.segments.items(), key=lambda item: item[0][::-1]
        ):
            score = scores[start] + log_probability(segment) + segment.log_prior
            if stop < last:
                score -= _CUT + _CROSSED * self.crossed[stop - 1]
            if score > scores[stop]:
                scores[stop] = score
                sequences[stop] = [*sequences[start], segment]
        return sequences[last]


def whole_segment(box: DigitBox, height: float) -> Segment:
    """Return the segment of all ink in the box."""
    top, left, bottom, right = box.box
    found = crop(box.image)
    image = box.image if found is None else found[0]
    priors = _log_priors((bottom - top) / height, (right - left) / height)
    return Segment(image, box.box, *priors)


def build_lattice(box: DigitBox, whole: Segment, height: float) -> Lattice:
    """Cut the box everywhere where two digits may touch.

    `height` is that of a digit in pixels of the page.
    """
    scale = box.image.shape[0] / (box.box[2] - box.box[0])
    ink, shrunk = _shrink(box.image, height * scale)
    scale *= shrunk
    unit = height * scale
    cuts, crossed = find_cuts(ink, unit)
    n_cuts = len(cuts)
    lattice = Lattice(n_cuts, list(crossed), {(0, n_cuts + 1): whole})
    far = ink.size  # columns outside of the image
    side = np.full((1, ink.shape[0]), far)
    edges = np.concatenate([-side, cuts, side])
    middles = [0.0, *cuts.mean(axis=1), float(ink.shape[1])]
    n_digits = max(1.0, ink.shape[1] / unit)
    for start, stop in _pairs(middles, unit):
        if (edges[stop] < edges[start]).any():
            continue
        piece, left = between(ink, edges[start], edges[stop])
        if piece.sum() < _FRAGMENT * ink.sum() / n_digits:
            continue
        found = crop(piece)
        if found is not None and found[0].shape[0] >= _LOWEST * unit:
            image, (rows, columns) = found
            place = (rows.start, left + columns.start, rows.stop, left + columns.stop)
            priors = _log_priors(*(side / unit for side in image.shape))
            page_box = _to_page(place, box.box, scale)
            lattice.segments[start, stop] = Segment(image, page_box, *priors)
    return lattice


def _pairs(middles: list[float], unit: float) -> list[tuple[int, int]]:
    """Return the pairs of edges that are a digit's width apart, without the whole."""
    last = len(middles) - 1
    pairs = []
    for start in range(last):
        for stop in range(start + 1, last + 1):
            width = (middles[stop] - middles[start]) / unit
            if start > 0 and stop < last:
                is_digit = _MIDDLE[0] <= width <= _MIDDLE[1]
                is_digit &= middles[last] >= _THREE * unit
            else:
                is_digit = width <= _WIDEST and stop - start < last
            if is_digit:
                pairs.append((start, stop))
    return pairs


def _shrink(image: Grey, height: float) -> tuple[Grey, float]:
    """Downscale so that digits are low enough; return image and factor."""
    factor = _CUT_HEIGHT / height
    if factor >= 1:
        return image, 1.0
    size = [max(1, round(side * factor)) for side in image.shape[::-1]]
    resized = Image.fromarray(image).resize(size, Image.Resampling.BOX)
    return np.asarray(resized), factor


def _to_page(place: Box, box: Box, scale: float) -> Box:
    """Return the box on the page of a place in a box."""
    top, left, bottom, right = (side / scale for side in place)
    return (
        box[0] + int(top),
        box[1] + int(left),
        min(box[2], box[0] + int(np.ceil(bottom))),
        min(box[3], box[1] + int(np.ceil(right))),
    )


def _log_priors(height: float, width: float) -> tuple[float, float]:
    """Return how much less probable digits of this shape, and of this height, are.

    As logarithms; height and width are in heights of a digit.
    """
    aspect = width / max(height, _LOWEST_UNIT)
    low = -_LOW * max(0.0, _LOW_FROM - height)
    wide = _WIDE * max(0.0, aspect - _WIDE_FROM) ** 2
    narrow = _NARROW * max(0.0, _NARROW_FROM - aspect)
    return low - wide - narrow, low
