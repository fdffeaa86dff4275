"""Layout of a page: the order of components in lines and words."""

from collections.abc import Sequence

import numpy as np

from skdigits.reading._components import Component

# In heights of a digit: the distance within which neighbours show the page's skew, how
# far a digit may lie off its line, and the gap between two words.
_NEAR = 3.0
_OFF_LINE = 0.6
_WORD_GAP = 0.8
# A gap between words is this many times wider than those inside of them.
_WORD_RATIO = 2.0
_MAX_SLOPE = 0.2


def arrange(
    components: Sequence[Component], height: float
) -> list[list[list[Component]]]:
    """Return lines of words of components, in reading order."""
    slope = _estimate_slope(components, height)
    lines: list[list[Component]] = []
    for one in sorted(components, key=lambda one: one.box[1]):
        level = _level(one, slope)
        distances = [abs(level - _line_level(line, slope)) for line in lines]
        best = int(np.argmin(distances)) if distances else 0
        if distances and distances[best] < _OFF_LINE * height:
            lines[best].append(one)
        else:
            lines.append([one])
    lines.sort(key=lambda line: _line_level(line, slope))
    return [_split_words(line, height) for line in lines]


def _level(component: Component, slope: float) -> float:
    """Return the vertical position of the centre on a page without skew."""
    top, left, bottom, right = component.box
    return (top + bottom - slope * (left + right)) / 2


def _line_level(line: list[Component], slope: float) -> float:
    """Return the position of the end of a line, which may bend."""
    return float(np.mean([_level(one, slope) for one in line[-3:]]))


def _estimate_slope(components: Sequence[Component], height: float) -> float:
    """Return the median slope from each component to the next one on its right."""
    if len(components) < 2:
        return 0.0
    boxes = np.array([one.box for one in components], float)
    y, x = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    slopes = []
    for i in range(len(boxes)):
        dx, dy = x - x[i], y - y[i]
        near = (dx > 0) & (dx < _NEAR * height) & (abs(dy) < _OFF_LINE * height)
        if near.any():
            nearest = np.flatnonzero(near)[dx[near].argmin()]
            slopes.append(dy[nearest] / dx[nearest])
    if not slopes:
        return 0.0
    return float(np.clip(np.median(slopes), -_MAX_SLOPE, _MAX_SLOPE))


def _split_words(line: list[Component], height: float) -> list[list[Component]]:
    """Split a line at wide gaps; digits that all stand apart are one word."""
    gaps = [
        right.box[1] - max(one.box[3] for one in line[: i + 1])
        for i, right in enumerate(line[1:])
    ]
    widest = _WORD_GAP * height
    if gaps:
        inside = max(0.0, float(np.quantile(gaps, 0.25)))
        widest = max(widest, _WORD_RATIO * inside)
    words = [[line[0]]]
    for gap, one in zip(gaps, line[1:], strict=True):
        if gap > widest:
            words.append([])
        words[-1].append(one)
    return words
