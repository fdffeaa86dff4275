"""The printed boxes of forms, found and removed."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.bool_]

_CONNECTED = np.ones((3, 3), bool)
# A straight run at least this many stroke widths long is a line: no digit has one.
_RULE_STROKES = 14
# ... and this many pixels, as the strokes of tiny digits are short as well.
_MIN_RULE = 24
# A component is searched for lines if it is this many times longer than a line.
_LONG = 1.3
# Strokes that cross a line are longer, across it, than this many line widths.
_CROSSING = 2.0
# The side of a box leaves at most this fraction of the gap between two rules open.
_OPEN = 0.15


def remove_form_boxes(strokes: Mask, stroke_width: float) -> Mask:
    """Return a mask of the strokes without the straight sides of boxes."""
    length = max(_MIN_RULE, round(_RULE_STROKES * stroke_width))
    parts, n_parts = ndimage.label(strokes, _CONNECTED)
    if not n_parts:
        return strokes
    cleaned = strokes.copy()
    for index, box in enumerate(ndimage.find_objects(parts), 1):
        height, width = (side.stop - side.start for side in box)
        if max(height, width) < _LONG * length:
            continue
        part = parts[box] == index
        cleaned[box] &= ~(_find_rules(part, length) & part)
    return cleaned


def _find_rules(part: Mask, length: int) -> Mask:
    """Return the pixels of straight lines, without the strokes that cross them."""
    horizontal = _find_horizontal(part, length)
    vertical = _find_horizontal(part.T, length).T
    if horizontal.any():
        vertical |= _find_sides(part, horizontal)
    if vertical.any():
        horizontal |= _find_sides(part.T, vertical.T).T
    return _without_crossings(part, horizontal) | (
        _without_crossings(part.T, vertical.T).T
    )


def _find_horizontal(part: Mask, length: int) -> Mask:
    """Return the pixels on horizontal lines, which may be inclined a little."""
    if part.shape[1] < length:
        return np.zeros_like(part)
    # An inclined line continues in the next row.
    thick = ndimage.maximum_filter1d(part.view(np.uint8), 3, axis=0)
    opened = _open_rows(thick, length)
    return (opened & thick).astype(bool) & part


def _open_rows(mask: NDArray[np.uint8], length: int) -> NDArray[np.uint8]:
    """Keep runs of at least `length` pixels along rows."""
    origin = -1 if length % 2 == 0 else 0  # an even window has no centre
    eroded = ndimage.minimum_filter1d(mask, length, axis=1, mode="constant")
    return ndimage.maximum_filter1d(
        eroded, length, axis=1, mode="constant", origin=origin
    )


def _find_sides(part: Mask, horizontal: Mask) -> Mask:
    """Return vertical lines that span the gap between two horizontal ones."""
    covered = horizontal.sum(axis=1)
    rows = np.flatnonzero(covered >= 0.5 * covered.max())
    gaps = np.diff(rows)
    sides = np.zeros_like(part)
    for start, gap in zip(rows[:-1], gaps, strict=True):
        if gap < 6:
            continue
        inside = slice(start + 1, start + gap)
        filled = part[inside].mean(axis=0) >= 1 - _OPEN
        sides[inside] |= filled & part[inside]
    return sides


def _without_crossings(part: Mask, rule: Mask) -> Mask:
    """Remove from a horizontal rule what belongs to strokes that cross it."""
    if not rule.any():
        return rule
    thickness = np.median(rule.sum(axis=0)[rule.any(axis=0)])
    _, n_rules = ndimage.label(rule.any(axis=1))
    thickness = max(1.0, thickness / max(1, n_rules))
    tall = int(np.ceil(_CROSSING * thickness)) + 1
    crossing = _open_rows(part.T.astype(np.uint8), tall).T.astype(bool)
    return rule & ~crossing
