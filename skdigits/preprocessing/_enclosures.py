"""Marks around digits: circles, corners of frames, dots and dashes."""

import numpy as np
from numpy.typing import NDArray

Box = tuple[int, int, int, int]  # top, left, bottom and right

# A circle is at most this many times as high as what is in it; the dot in a 0 is lower.
_MAX_RATIO = 3.5
_MIN_SIDES = 3
# Rounded frames without their straight sides, and marks for cutting, have four corners;
# an image may lack one.
_MIN_CORNERS = 3
_DOT = 0.2  # size of dots and dashes, as a fraction of that of the digit
_BESIDE = 0.25  # fraction of a corner that may be above, below or beside the digit


def find_circles(boxes: dict[int, Box], parts: NDArray[np.int32]) -> set[int]:
    """Return the labels of marks that surround another one.

    `boxes` has the box of each mark by its label, `parts` the label of each pixel.
    """
    if not boxes:
        return set()
    top, left, bottom, right = np.array(list(boxes.values())).T
    circles = set()
    for label, box in boxes.items():
        is_inside = (top > box[0]) & (left > box[1]) & (bottom < box[2])
        is_inside &= (right < box[3]) & (_MAX_RATIO * (bottom - top) > box[2] - box[0])
        for i in np.flatnonzero(is_inside):
            inner = int(top[i]), int(left[i]), int(bottom[i]), int(right[i])
            if _surrounds(parts, label, box, inner):
                circles.add(label)
    return circles


def _surrounds(parts: NDArray[np.int32], label: int, outer: Box, inner: Box) -> bool:
    """Return True if a mark has ink on three sides of a box at least.

    Circles that people draw are not always closed.
    """
    top, left, bottom, right = outer
    row, column = (inner[0] + inner[2]) // 2, (inner[1] + inner[3]) // 2
    sides = (
        parts[top : inner[0], column],
        parts[inner[2] : bottom, column],
        parts[row, left : inner[1]],
        parts[row, inner[3] : right],
    )
    return sum(bool((side == label).any()) for side in sides) >= _MIN_SIDES


def find_corners(boxes: dict[int, Box], digit: int) -> set[int]:
    """Return the labels of marks diagonally off the digit, if in three directions.

    A digit that is broken, or beside another one, has no such parts.
    """
    top, left, _, _ = boxes[digit]
    corners = {
        label: (box[0] < top, box[1] < left)
        for label, box in boxes.items()
        if all(_overlap(box, boxes[digit], axis) <= _BESIDE for axis in (0, 1))
    }
    return set(corners) if len(set(corners.values())) >= _MIN_CORNERS else set()


def find_dots(boxes: dict[int, Box], digit: int) -> set[int]:
    """Return the labels of small marks outside of the box of the digit."""
    size = _DOT * _long_side(boxes[digit])
    return {
        label
        for label, box in boxes.items()
        if _long_side(box) <= size
        and min(_overlap(box, boxes[digit], axis) for axis in (0, 1)) <= 0
    }


def _long_side(box: Box) -> int:
    return max(box[2] - box[0], box[3] - box[1])


def _overlap(box: Box, other: Box, axis: int) -> float:
    """Return the fraction of a side of a box that the other box covers."""
    first, last = box[axis], box[axis + 2]
    covered = min(last, other[axis + 2]) - max(first, other[axis])
    return covered / (last - first)
