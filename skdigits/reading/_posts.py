"""The posts of combs: short lines between the digits of a form, found and removed."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.bool_]
Box = tuple[slice, ...]

_CONNECTED = np.ones((3, 3), bool)
# Posts are printed: thinner than this fraction of the strokes of a pen, ...
_THIN = 0.65
# ... upright, and in one row, within this fraction of their height and distance, ...
_INCLINED = 0.1
_UNEVEN = 2  # ... or pixels, by which their heights may differ as well
# The edges of the line on which they stand may be pale, by so many pixels.
_NEAR = 3


def remove_posts(strokes: Mask, lines: Mask, stroke_width: float) -> Mask:
    """Return a mask of the strokes without thin posts that stand on lines.

    `lines` is the mask of the lines, which are not in `strokes` any more. A post that
    has no other one of its height beside it is kept, as it may be a 1.
    """
    if not lines.any():
        return strokes
    near = ndimage.maximum_filter(lines, 2 * _NEAR + 1)
    parts, _ = ndimage.label(strokes, _CONNECTED)
    boxes = ndimage.find_objects(parts)
    posts = {
        label: boxes[label - 1]
        for label in np.unique(parts[near & strokes])
        if _is_thin_and_upright(parts[boxes[label - 1]] == label, stroke_width)
    }
    alike = [
        label
        for label, box in posts.items()
        if any(_are_alike(box, other) for other in posts.values())
    ]
    return strokes & ~np.isin(parts, alike) if alike else strokes


def _is_thin_and_upright(part: Mask, stroke_width: float) -> bool:
    height, width = part.shape
    thickness = float(np.median(part.sum(axis=1)))
    if thickness > _THIN * stroke_width:
        return False
    return width - thickness <= max(_UNEVEN, _INCLINED * height) and height > width


def _are_alike(one: Box, other: Box) -> bool:
    """Return True for two lines of equal height beside each other."""
    (rows, columns), (other_rows, other_columns) = one, other
    distance = abs(columns.start - other_columns.start)
    steps = [rows.start - other_rows.start, rows.stop - other_rows.stop]
    is_level = max(map(abs, steps)) <= _UNEVEN + _INCLINED * distance
    return is_level and abs(steps[0] - steps[1]) <= _UNEVEN and distance > 0
