"""Removal of rules: frames of forms, lines of paper and underlines."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.bool_]
Grey = NDArray[np.float32]

# Lengths are fractions of the side of the image along the rule, or across it.
_MIN_SIDE = 32  # pixels; in smaller images a bar of a digit is as long as a rule
_MIN_LENGTH = 0.5
_MAX_THICKNESS = 0.08
_PIECE = 1 / 6  # a rule contains straight pieces of this length
_MAX_DEVIATION = 0.012  # of a rule from a straight line
_EDGE = 0.04  # a rule that ends this near to the border of the image crosses it
_BORDER_ZONE = 0.25
_VERY_NEAR = 0.08
_OVERHANG = 0.05  # of a rule beyond the digit that it touches, on both sides
_LONG_OVERHANG = 0.25  # of one of parallel rules, on one side
_MUCH_LONGER = 1.8  # than the digit
_FRAME_SIDES = 3  # that make a frame; two parallel rules make ruled paper
_GRID_LINES = 3  # across the image, that make squared or ruled paper
_DARKER = 0.3  # ink than that of such paper's lines, as a fraction of full ink
_COVERED = 0.9  # fraction of a line of such paper that is ink, digit included
_MIN_DIGIT = 0.15  # of the shorter side of the image
_RIM = 2  # pixels around a rule in which its blurred edge lies
_INK = 0.1  # rules may be pale
_STRONG = 0.3  # the digit is not


@dataclass
class _Rule:
    """A straight line ``y = offset + slope * x`` of a mask, from column to column."""

    offset: float
    slope: float
    thickness: float
    start: int
    stop: int
    is_vertical: bool
    shape: tuple[int, int]  # of the mask, transposed for vertical rules

    def band(self, rim: float) -> Mask:
        """Return the mask of the rule, with a rim."""
        height, width = self.shape
        x = np.arange(width)
        centre = self.offset + self.slope * x
        half = self.thickness / 2 + rim
        band = abs(np.arange(height)[:, np.newaxis] - centre) <= half
        band &= (x >= self.start - rim) & (x < self.stop + rim)
        return band.T if self.is_vertical else band

    @property
    def length(self) -> int:
        return self.stop - self.start

    @property
    def place(self) -> float:
        """Distance from the border of the image, as a fraction of its side."""
        middle = self.offset + self.slope * (self.start + self.stop) / 2
        return min(middle, self.shape[0] - middle) / self.shape[0]

    @property
    def is_at_border(self) -> bool:
        return self.place < _BORDER_ZONE

    @property
    def is_across(self) -> bool:
        """Whether the rule leaves the image at both ends."""
        margin = _EDGE * self.shape[1]
        return self.start <= margin and self.stop >= self.shape[1] - margin

    @property
    def leaves_image(self) -> bool:
        """Whether the rule leaves the image at one end at least."""
        margin = _EDGE * self.shape[1]
        return self.start <= margin or self.stop >= self.shape[1] - margin


def remove_rules(ink: Grey) -> Grey:
    """Return the ink without rules; strokes that cross them stay whole.

    A rule is a straight, thin and long line. It is kept if it may be part of the digit:
    if nothing else of the size of a digit is left, or if it touches the digit without
    being much longer, the side of a frame, or one of parallel rules.
    """
    if min(ink.shape) < _MIN_SIDE:
        return ink
    mask = ink > _INK
    rules = _find_rules(mask, is_vertical=False)
    rules += _find_rules(mask.T, is_vertical=True)
    if not rules:
        return ink
    if _is_grid(rules):
        rules += _find_hidden(mask, rules, is_vertical=False)
        rules += _find_hidden(mask.T, rules, is_vertical=True)
    strong = ink > _STRONG
    rest = _without(ink, rules) & strong
    if _main_box(rest) is None:  # a 1 as long as the sides of its frame
        rules = [rule for rule in rules if rule.is_at_border]
        rest = _without(ink, rules) & strong
    box = _main_box(rest)
    if box is None:
        return ink
    removed = [rule for rule in rules if _is_no_stroke(rule, rules, rest, box)]
    if not removed:
        return ink
    return np.where(_without(ink, removed) | (ink <= _INK), ink, 0)


def _find_rules(mask: Mask, *, is_vertical: bool) -> list[_Rule]:
    """Return the lines of a mask that are nearly parallel to its rows."""
    height, width = mask.shape
    thickest = max(2, round(_MAX_THICKNESS * min(height, width)))
    piece = max(8, round(_PIECE * width))
    # Dilated, so that slightly tilted lines contain straight pieces.
    lines = ndimage.maximum_filter1d(mask.astype(np.uint8), 3, axis=0)
    lines = _open(lines, piece, axis=1)
    # Nothing is outside: a rule at the border of the image is as thin as others.
    is_thick = _open(lines, thickest + 3, axis=0, mode="constant")
    lines = lines & mask & ~is_thick
    if not lines.any():
        return []
    joined = ndimage.maximum_filter1d(lines, piece | 1, axis=1)
    parts, _ = ndimage.label(joined, np.ones((3, 3)))
    parts *= lines
    rules = []
    for number, box in enumerate(ndimage.find_objects(parts), 1):
        if box is None or box[1].stop - box[1].start < _MIN_LENGTH * width:
            continue
        y, x = np.nonzero(parts[box] == number)
        rule = _fit_rule(y + box[0].start, x + box[1].start, mask.shape, is_vertical)
        if rule is not None:
            rules.append(rule)
    return rules


def _is_grid(rules: list[_Rule]) -> bool:
    """Return True for the rules of squared or ruled paper; a frame is at the border."""
    across = [rule for rule in rules if rule.is_across]
    return len(across) >= _GRID_LINES and not all(one.is_at_border for one in across)


def _find_hidden(mask: Mask, rules: list[_Rule], *, is_vertical: bool) -> list[_Rule]:
    """Return all lines of squared paper across a mask: digits hide parts of some."""
    slopes = [
        rule.slope if rule.is_vertical == is_vertical else -rule.slope
        for rule in rules
        if rule.is_across
    ]
    slope = float(np.median(slopes))
    height, width = mask.shape
    x = np.arange(width)
    # A pixel more on either side for lines that bend, or are inclined a little more.
    thick = ndimage.maximum_filter1d(mask, 3, axis=0)
    rows = np.arange(height)[:, np.newaxis] + np.round(slope * (x - width / 2))
    inside = (rows >= 0) & (rows < height)
    ink = thick[rows.clip(0, height - 1).astype(np.intp), x] & inside
    is_line = (ink.sum(1) >= _COVERED * inside.sum(1)) & (inside.mean(1) > _MIN_LENGTH)
    edges = np.flatnonzero(np.diff(is_line, prepend=False, append=False))
    return [
        _Rule(
            offset=(first + last - 1) / 2 - slope * width / 2,
            slope=slope,
            thickness=max(1.0, last - first - 2.0),
            start=0,
            stop=width,
            is_vertical=is_vertical,
            shape=(height, width),
        )
        for first, last in edges.reshape(-1, 2)
    ]


def _open(
    mask: NDArray[Any], length: int, *, axis: int, mode: str = "nearest"
) -> NDArray[Any]:
    """Morphological opening with a straight line."""
    eroded = ndimage.minimum_filter1d(mask, length | 1, axis=axis, mode=mode)
    return ndimage.maximum_filter1d(eroded, length | 1, axis=axis, mode=mode)


def _fit_rule(
    y: NDArray[Any], x: NDArray[Any], shape: tuple[int, ...], is_vertical: bool
) -> _Rule | None:
    """Return the rule through pixels, or None if they are not on a straight line."""
    columns, inverse = np.unique(x, return_inverse=True)
    counts = np.bincount(inverse)
    if len(columns) < 0.7 * (columns[-1] - columns[0]):
        return None
    centres = np.bincount(inverse, y) / counts
    slope, offset = np.polyfit(columns, centres, 1)
    deviation = np.median(abs(centres - offset - slope * columns))
    if deviation > max(1, _MAX_DEVIATION * shape[1]) or abs(slope) > 0.2:
        return None
    height, width = shape
    return _Rule(
        offset=float(offset),
        slope=float(slope),
        thickness=float(np.median(counts)),
        start=int(columns[0]),
        stop=int(columns[-1]) + 1,
        is_vertical=is_vertical,
        shape=(height, width),
    )


def _without(ink: Grey, rules: list[_Rule]) -> Mask:
    """Return where ink remains without rules; strokes that cross them remain."""
    mask = ink > _INK
    rest = mask.copy()
    for rule in rules:
        rest &= ~rule.band(_RIM)
    kept = rest.copy()
    for rule in rules:
        kept |= _crossings(mask, rest, rule)
    if _is_grid(rules):
        lines = np.any([rule.band(0) for rule in rules], axis=0) & mask
        kept |= ink > float(np.median(ink[lines])) + _DARKER
    return kept


def _crossings(mask: Mask, rest: Mask, rule: _Rule) -> Mask:
    """Return the parts of a rule that have ink of the rest on both sides."""
    band = rule.band(_RIM)
    reach = round(rule.thickness) + 2 * _RIM + 2
    axis = 1 if rule.is_vertical else 0
    length = 2 * reach + 1
    before = ndimage.maximum_filter1d(rest, length, axis=axis, origin=reach)
    after = ndimage.maximum_filter1d(rest, length, axis=axis, origin=-reach)
    return mask & band & before & after


def _main_box(rest: Mask) -> tuple[slice, ...] | None:
    """Return the box of the largest part of the rest if it may be a digit."""
    parts, n_parts = ndimage.label(rest, np.ones((3, 3)))
    if not n_parts:
        return None
    number = 1 + int(np.bincount(parts.ravel())[1:].argmax())
    box: tuple[slice, ...] = ndimage.find_objects(parts)[number - 1]
    long_side = max(side.stop - side.start for side in box)
    return box if long_side >= _MIN_DIGIT * min(rest.shape) else None


def _is_no_stroke(
    rule: _Rule, rules: list[_Rule], rest: Mask, box: tuple[slice, ...]
) -> bool:
    """Return True if a rule does not belong to the digit in the box."""
    is_frame = sum(one.is_at_border for one in rules) >= _FRAME_SIDES
    if is_frame and rule.is_at_border and _is_side(rule, rules):
        return True
    if rule.is_across and _is_grid(rules):
        return True
    n_parallel = sum(one.is_vertical == rule.is_vertical for one in rules)
    touches = (rule.band(_RIM + 2) & rest)[box].any()
    if not touches:
        return rule.is_at_border or rule.is_across
    side = box[0 if rule.is_vertical else 1]
    overhangs = (side.start - rule.start, rule.stop - side.stop)
    is_long = max(overhangs) > _LONG_OVERHANG * rule.length
    if n_parallel > 1 and rule.leaves_image and is_long:
        return True
    much_longer = rule.length > _MUCH_LONGER * (side.stop - side.start)
    is_beyond = min(overhangs) > _OVERHANG * rule.length
    return rule.is_across and is_beyond and much_longer


def _is_side(rule: _Rule, rules: list[_Rule]) -> bool:
    """Return True if a rule ends at the image's border or at rules across it.

    Very near to the border one such end is enough: the digit may cover the other.
    """
    ends = [0.0, float(rule.shape[1])]
    ends += [
        one.offset + one.slope * (one.start + one.stop) / 2
        for one in rules
        if one.is_vertical != rule.is_vertical
    ]
    margin = _EDGE * rule.shape[1] + rule.thickness
    closed = [
        min(abs(place - end) for end in ends) <= margin
        for place in (rule.start, rule.stop)
    ]
    return all(closed) or (any(closed) and rule.place < _VERY_NEAR)
