"""Connected strokes of a page, as boxes with their ink."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from skdigits.preprocessing._enclosures import find_circles
from skdigits.reading._page_ink import Grey, Mask
from skdigits.reading._records import Box

# A page with more marks is a photograph or a pattern; a page of small digits has 4,000.
_MAX_COMPONENTS = 5_000
_CONNECTED = np.ones((3, 3), bool)
# Lower than this fraction of the digits' height are dots, commas and dashes.
_LOW = 0.3
# Higher or wider than this many heights of a digit are figures, stains, edges.
_HIGH = 2.5
_WIDE = 12.0
# Fragments join what they overlap in width by at least this fraction of their own, if
# the gap between them is below this many heights of a digit.
_OVERLAP = 0.5
_GAP = 0.15
# Components, ordered from left to right, in which the fragments of one are searched.
_NEIGHBOURS = 200


@dataclass
class Component:
    """Connected strokes, or several of one digit, at the working resolution."""

    box: Box
    labels: list[int]

    @property
    def height(self) -> int:
        """Height of the box in pixels."""
        return self.box[2] - self.box[0]

    @property
    def width(self) -> int:
        """Width of the box in pixels."""
        return self.box[3] - self.box[1]


def find_components(
    strokes: Mask, stroke_width: float, min_height: float
) -> tuple[list[Component], NDArray[np.int32]]:
    """Return the components that may be digits, and the label of each pixel.

    No components if there are too many. Circles around others are none of them.
    """
    parts, n_parts = ndimage.label(strokes, _CONNECTED)
    areas = np.bincount(parts.ravel(), minlength=n_parts + 1)
    components = [
        Component((rows.start, columns.start, rows.stop, columns.stop), [label])
        for label, (rows, columns) in enumerate(ndimage.find_objects(parts), 1)
        if areas[label] >= stroke_width
    ]
    components = [one for one in components if max(one.height, one.width) >= min_height]
    if len(components) > _MAX_COMPONENTS:
        return [], parts
    circles = find_circles({one.labels[0]: one.box for one in components}, parts)
    components = [one for one in components if one.labels[0] not in circles]
    height = typical_height(components)
    components = _join_fragments(components, height)
    return [
        one
        for one in components
        if max(_LOW * height, min_height) <= one.height <= _HIGH * height
        and one.width <= _WIDE * height
    ], parts


def typical_height(components: list[Component]) -> float:
    """Return the height of most digits in pixels: half of the ink's width is higher."""
    if not components:
        return 1.0
    heights = np.array([one.height for one in components], float)
    order = np.argsort(heights)
    # Dust is frequent, but small.
    weights = np.cumsum(heights[order])
    return float(heights[order][np.searchsorted(weights, weights[-1] / 2)])


def _join_fragments(components: list[Component], height: float) -> list[Component]:
    """Join broken strokes: the bar of a 5, an open 0, a 4 of two strokes."""
    components = sorted(components, key=lambda one: one.box[1])
    joined: list[Component] = []
    for one in components:
        whole = one
        near = [other for other in joined[-_NEIGHBOURS:] if other.box[3] >= one.box[1]]
        for other in near:
            if _belong_together(whole, other, height):
                joined.remove(other)
                whole = _join(whole, other)
        joined.append(whole)
    return joined


def _belong_together(one: Component, other: Component, height: float) -> bool:
    """Return True if both are fragments of one digit."""
    top, left, bottom, right = _union(one.box, other.box)
    if bottom - top > 1.4 * height or right - left > 1.3 * height:
        return False
    overlap = one.width + other.width - (right - left)
    gap = (bottom - top) - one.height - other.height
    narrow = min(one.width, other.width)
    return overlap >= _OVERLAP * narrow and gap <= _GAP * height


def _union(one: Box, other: Box) -> Box:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def _join(one: Component, other: Component) -> Component:
    return Component(_union(one.box, other.box), one.labels + other.labels)


def crop_ink(
    ink: Grey, parts: NDArray[np.int32], component: Component
) -> tuple[Grey, Box]:
    """Return the ink of a component with its faint rim, and the box of both."""
    top, left, bottom, right = component.box
    top, left = max(0, top - 1), max(0, left - 1)
    window = slice(top, bottom + 1), slice(left, right + 1)
    own = np.isin(parts[window], component.labels)
    rim = ndimage.binary_dilation(own, _CONNECTED) & (parts[window] == 0)
    image = np.where(own | rim, ink[window], np.float32(0))
    return image, (top, left, top + image.shape[0], left + image.shape[1])
