"""Removal of parts at the border: edges of sheets, shadows, slivers of neighbours."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Grey = NDArray[np.float32]

_INK = 0.1
_CONNECTED = np.ones((3, 3))
_MIN_SIDE = 24  # pixels; in smaller images strokes that touch the border are a digit's
# A digit, as a fraction of the shorter side of the image.
_MIN_DIGIT = 0.25
# Of the digit's size: radius of areas too thick for strokes, size of slivers.
_THICK = 0.15
_SLIVER = 0.4
# Of the image's sides: depth of a strip along the border.
_STRIP = 0.12
_STRIP_INSIDE = 0.05  # fraction of a strip that may be deeper


def remove_border_parts(ink: Grey) -> Grey:
    """Return the ink without parts that touch the border and belong to no digit.

    Parts are removed if there is a digit that does not touch the border, and if they
    are thicker than its strokes, small, or strips along the border.
    """
    if min(ink.shape) < _MIN_SIDE:
        return ink
    parts, n_parts = ndimage.label(ink > _INK, _CONNECTED)
    at_border = np.zeros(n_parts + 1, bool)
    for edge in (parts[0], parts[-1], parts[:, 0], parts[:, -1]):
        at_border[edge] = True
    at_border[0] = False
    if not at_border.any():
        return ink
    boxes = ndimage.find_objects(parts)
    sizes = np.array([0, *(max(b.stop - b.start for b in box) for box in boxes)])
    digit = np.where(at_border, 0, sizes).max()
    if digit < _MIN_DIGIT * min(ink.shape):
        return ink
    removed = np.zeros(n_parts + 1, bool)
    for number in np.nonzero(at_border)[0]:
        removed[number] = (
            sizes[number] < _SLIVER * digit
            or _is_strip(parts == number)
            or _is_thick(parts[boxes[number - 1]] == number, _THICK * digit)
        )
    return np.where(removed[parts], 0, ink) if removed.any() else ink


def _is_strip(mask: NDArray[np.bool_]) -> bool:
    """Return True if a part stays near the border, on one or more sides."""
    rows, columns = (max(1, round(_STRIP * length)) for length in mask.shape)
    inside = np.count_nonzero(mask[rows:-rows, columns:-columns])
    return bool(inside <= _STRIP_INSIDE * np.count_nonzero(mask))


def _is_thick(mask: NDArray[np.bool_], radius: float) -> bool:
    """Return True if a circle of this radius fits into the mask."""
    return bool(ndimage.distance_transform_edt(mask).max() > radius)
