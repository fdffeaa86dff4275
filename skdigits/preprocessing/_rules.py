"""Removal of rules: frames of forms, lines of paper and underlines."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from skdigits.preprocessing._lines import Line, find_hidden_lines, find_lines
from skdigits.preprocessing._stroke_width import estimate_stroke_width

Mask = NDArray[np.bool_]
Grey = NDArray[np.float32]
Box = tuple[slice, ...]

# Lengths are fractions of the side of the image along the rule, or across it.
_MIN_SIDE = 32  # pixels; in smaller images a bar of a digit is as long as a rule
_MIN_LENGTH = 0.5
_VERY_NEAR = 0.08  # to the border
_OVERHANG = 0.05  # of a rule beyond the digit that it touches, on both sides
_LONG_OVERHANG = 0.25  # of one of parallel rules, on one side
_UNDERLINE_OVERHANG = 0.12  # of a printed line below the digit, on both sides
_BELOW = 0.1  # fraction of the digit that may be below such a line
_THIN = 0.6  # thickness of such a line, as a fraction of that of strokes
_POST_THICKNESS = 1.5  # of lines that stand at the ends of a rule, by its own
_MUCH_LONGER = 1.8  # than the digit
_FRAME_SIDES = 3  # that make a frame; two parallel rules make ruled paper
_GRID_LINES = 3  # across the image, that make squared or ruled paper
_DARKER = 0.3  # ink than that of such paper's lines, as a fraction of full ink
_MIN_DIGIT = 0.15  # of the shorter side of the image
_RIM = 2  # pixels around a rule in which its blurred edge lies
_INK = 0.1  # rules may be pale
_STRONG = 0.3  # the digit is not


def remove_rules(ink: Grey) -> Grey:
    """Return the ink without rules; strokes that cross them stay whole.

    A rule is a straight, thin and long line. It is kept if it may be part of the digit:
    if nothing else of the size of a digit is left, or if it touches the digit without
    being much longer, the side of a frame, one of parallel rules, or an underline.
    Shorter lines are removed with the rules at whose ends they stand.
    """
    if min(ink.shape) < _MIN_SIDE:
        return ink
    lines = find_lines(ink > _INK)
    removed = _find_rules(ink, lines)
    removed += _find_underlines(ink, lines, removed)
    if not removed:
        return ink
    return np.where(_without(ink, removed) | (ink <= _INK), ink, 0)


def _find_rules(ink: Grey, lines: list[Line]) -> list[Line]:
    """Return long lines that no digit has, and short ones that stand at their ends."""
    rules = [line for line in lines if line.length >= _MIN_LENGTH * line.shape[1]]
    if not rules:
        return []
    short_lines = [line for line in lines if line not in rules]
    if _is_grid(rules):
        rules += find_hidden_lines(ink > _INK, rules)
    rest = _rest(ink, rules)
    if _main_box(rest) is None:  # a 1 as long as the sides of its frame
        rules = [rule for rule in rules if rule.is_at_border]
        rest = _rest(ink, rules)
    box = _main_box(rest)
    if box is None:
        return []
    removed = [rule for rule in rules if _is_no_stroke(rule, rules, rest, box)]
    posts = [line for line in short_lines if _is_post(line, removed)]
    return removed + [post for post in posts if not _touches(post, rest, box)]


def _find_underlines(ink: Grey, lines: list[Line], removed: list[Line]) -> list[Line]:
    """Return lines below the digit, longer than it and thinner than its strokes.

    A pen makes bars as thick as its other strokes.
    """
    candidates = [line for line in lines if not (line.is_vertical or line in removed)]
    if not candidates:
        return []
    thin = _THIN * estimate_stroke_width(ink > _STRONG)
    underlines = []
    for line in candidates:
        if line.thickness > thin:
            continue
        rest = _rest(ink, [*removed, line])
        box = _main_box(rest)
        n_below = rest[round(line.middle) :].sum()
        if box is None or n_below > _BELOW * rest.sum():
            continue
        is_long = line.length > box[0].stop - box[0].start
        if is_long and min(_overhangs(line, box)) > _UNDERLINE_OVERHANG * line.length:
            underlines.append(line)
    return underlines


def _rest(ink: Grey, rules: list[Line]) -> Mask:
    """Return the strong ink without rules."""
    return _without(ink, rules) & (ink > _STRONG)


def _is_grid(rules: list[Line]) -> bool:
    """Return True for the rules of squared or ruled paper; a frame is at the border."""
    across = [rule for rule in rules if rule.is_across]
    return len(across) >= _GRID_LINES and not all(one.is_at_border for one in across)


def _without(ink: Grey, rules: list[Line]) -> Mask:
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


def _crossings(mask: Mask, rest: Mask, rule: Line) -> Mask:
    """Return the parts of a rule that have ink of the rest on both sides."""
    band = rule.band(_RIM)
    reach = round(rule.thickness) + 2 * _RIM + 2
    axis = 1 if rule.is_vertical else 0
    length = 2 * reach + 1
    before = ndimage.maximum_filter1d(rest, length, axis=axis, origin=reach)
    after = ndimage.maximum_filter1d(rest, length, axis=axis, origin=-reach)
    return mask & band & before & after


def _main_box(rest: Mask) -> Box | None:
    """Return the box of the largest part of the rest if it may be a digit."""
    parts, n_parts = ndimage.label(rest, np.ones((3, 3)))
    if not n_parts:
        return None
    number = 1 + int(np.bincount(parts.ravel())[1:].argmax())
    box: Box = ndimage.find_objects(parts)[number - 1]
    long_side = max(side.stop - side.start for side in box)
    return box if long_side >= _MIN_DIGIT * min(rest.shape) else None


def _is_no_stroke(rule: Line, rules: list[Line], rest: Mask, box: Box) -> bool:
    """Return True if a rule does not belong to the digit in the box."""
    is_frame = sum(one.is_at_border for one in rules) >= _FRAME_SIDES
    if is_frame and rule.is_at_border and _is_side(rule, rules):
        return True
    if rule.is_across and _is_grid(rules):
        return True
    if not _touches(rule, rest, box):
        return rule.is_at_border or rule.is_across
    overhangs = _overhangs(rule, box)
    n_parallel = sum(one.is_vertical == rule.is_vertical for one in rules)
    is_long = max(overhangs) > _LONG_OVERHANG * rule.length
    if n_parallel > 1 and rule.leaves_image and is_long:
        return True
    much_longer = rule.length > _MUCH_LONGER * (rule.length - sum(overhangs))
    is_beyond = min(overhangs) > _OVERHANG * rule.length
    return rule.is_across and is_beyond and much_longer


def _overhangs(rule: Line, box: Box) -> tuple[int, int]:
    """Return the lengths of a rule beyond the digit in the box, at both ends."""
    side = box[0 if rule.is_vertical else 1]
    return side.start - rule.start, rule.stop - side.stop


def _touches(rule: Line, rest: Mask, box: Box) -> bool:
    return bool((rule.band(_RIM + 2) & rest)[box].any())


def _is_post(line: Line, rules: list[Line]) -> bool:
    """Return True for a line that stands at the end of a rule, as in an open box."""
    margin = line.margin + line.thickness
    for rule in rules:
        is_thicker = line.thickness > _POST_THICKNESS * rule.thickness
        if is_thicker or rule.is_vertical == line.is_vertical:
            continue
        row = rule.row_at(line.middle)
        from_rule = min(abs(row - end) for end in (line.start, line.stop))
        from_end = min(abs(line.middle - end) for end in (rule.start, rule.stop))
        if max(from_rule, from_end) <= margin:
            return True
    return False


def _is_side(rule: Line, rules: list[Line]) -> bool:
    """Return True if a rule ends at the image's border or at rules across it.

    Very near to the border one such end is enough: the digit may cover the other.
    """
    ends = [0.0, float(rule.shape[1])]
    ends += [one.middle for one in rules if one.is_vertical != rule.is_vertical]
    margin = rule.margin + rule.thickness
    closed = [
        min(abs(place - end) for end in ends) <= margin
        for place in (rule.start, rule.stop)
    ]
    return all(closed) or (any(closed) and rule.place < _VERY_NEAR)
