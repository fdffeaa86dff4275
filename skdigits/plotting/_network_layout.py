"""Positions of the boxes, arcs and brackets of a network diagram.

Lengths are in inches on Axes of the size of the diagram.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, count, groupby

from skdigits.plotting._network_stages import Stage

FONT_SIZE = 8.0  # points
LINE_HEIGHT = 1.35 * FONT_SIZE / 72
GAP = 0.2
_CHARACTER_WIDTH = 0.55 * FONT_SIZE / 72
_TALLEST = 1.6
_TALLEST_OF_MANY = 1.0
_SMALL_GAP = 0.12
_BAR_WIDTH = 0.16
_CHANNEL_WIDTH = 0.05  # n channels are sqrt(n) times as wide
_RECEDING = 0.3  # horizontal and vertical length of a receding side of length 1
# In longer networks, boxes are smaller and captions alternate between two levels, so
# that the text is legible where the diagram is as wide as a page.
_MOST_ON_ONE_LEVEL = 7


@dataclass(frozen=True)
class Box:
    """Bar or block centred on (`x`, 0), and the level of its caption."""

    stage: Stage
    x: float
    width: float
    height: float
    depth: float
    level: int

    @property
    def caption(self) -> list[str]:
        """Name and description, as lines."""
        return [self.stage.name, *self.stage.description]

    @property
    def left(self) -> float:
        """Left edge of the front."""
        return self.x - (self.width + self.depth) / 2

    @property
    def right(self) -> float:
        """Right edge of the front."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Lower edge of the front."""
        return -(self.height + self.depth) / 2

    @property
    def top(self) -> float:
        """Upper edge of the front."""
        return self.bottom + self.height


@dataclass(frozen=True)
class Arc:
    """Connection from one box over others; arcs of one level do not overlap."""

    source: Box
    target: Box
    level: int


@dataclass(frozen=True)
class Bracket:
    """Boxes of a submodel."""

    name: str
    boxes: list[Box]


class Layout:
    """Positions of all parts of a diagram, and its size."""

    def __init__(self, stages: list[Stage]) -> None:
        is_long = len(stages) > _MOST_ON_ONE_LEVEL
        tallest = _TALLEST_OF_MANY if is_long else _TALLEST
        unit = tallest / max(_side(stage) for stage in stages)
        n_levels = 2 if is_long else 1
        slots = [_slot(stage, unit, n_levels) for stage in stages]
        # Captions of the first and last box may be wider than their slots.
        margin = (n_levels - 1) * max(_caption_width(stages[i]) for i in (0, -1)) / 4
        self.width = sum(slots) + 2 * margin
        self.boxes = [
            Box(stage, x, *_extent(stage, unit), index % n_levels)
            for index, (stage, x) in enumerate(
                zip(stages, _centres(slots, margin), strict=True)
            )
        ]

    @cached_property
    def connections(self) -> list[tuple[Box, Box]]:
        """Pairs of consecutive boxes of which the first is an input of the second."""
        pairs = zip(self.boxes, self.boxes[1:], strict=False)
        return [pair for pair in pairs if pair[0].stage in pair[1].stage.sources]

    @cached_property
    def arcs(self) -> list[Arc]:
        """All other connections, short ones at lower levels."""
        order = {box.stage: index for index, box in enumerate(self.boxes)}
        jumps = [
            (order[source], order[stage])
            for stage in order
            for source in stage.sources
            if order[stage] - order[source] > 1
        ]
        levels: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for start, end in sorted(jumps, key=lambda jump: jump[1] - jump[0]):
            level = next(
                level
                for level in count()
                if all(end <= left or right <= start for left, right in levels[level])
            )
            levels[level].append((start, end))
        return [
            Arc(self.boxes[start], self.boxes[end], level)
            for level, taken in levels.items()
            for start, end in taken
        ]

    @cached_property
    def brackets(self) -> list[Bracket]:
        """Consecutive boxes of the same submodel."""
        groups = groupby(self.boxes, key=lambda box: box.stage.submodel)
        return [Bracket(name, list(boxes)) for name, boxes in groups if name]

    @cached_property
    def half_height(self) -> float:
        """Upper edge of the tallest box."""
        return max(-box.bottom for box in self.boxes)

    @cached_property
    def arc_height(self) -> float:
        """Height of the arcs."""
        n_levels = 1 + max((arc.level for arc in self.arcs), default=-1)
        return n_levels * GAP

    @cached_property
    def _caption_depths(self) -> list[float]:
        """Distances below the boxes at which the caption levels start and end."""
        depths = [GAP]
        for level in range(1 + max(box.level for box in self.boxes)):
            captions = [box.caption for box in self.boxes if box.level == level]
            n_lines = max(len(caption) for caption in captions)
            depths.append(depths[-1] + n_lines * LINE_HEIGHT + GAP / 2)
        return depths

    def caption_top(self, box: Box) -> float:
        """Return the upper edge of the caption of a box."""
        return -self.half_height - self._caption_depths[box.level]

    @cached_property
    def top(self) -> float:
        """Upper edge of the diagram."""
        room = 2.5 * LINE_HEIGHT if self.brackets else GAP / 2
        return self.half_height + self.arc_height + room

    @cached_property
    def bottom(self) -> float:
        """Lower edge of the diagram."""
        return -self.half_height - self._caption_depths[-1]


def _side(stage: Stage) -> float:
    """Return the height in pixels; of a vector, that of a square of its components."""
    size = stage.image_size
    return math.sqrt(stage.n_outputs) if size is None else max(size[:2])


def _extent(stage: Stage, unit: float) -> tuple[float, float, float]:
    """Return width, height and depth in inches."""
    size = stage.image_size
    if size is None:
        return _BAR_WIDTH, _side(stage) * unit, 0.0
    height, width, n_channels = size
    thickness = _CHANNEL_WIDTH * math.sqrt(n_channels)
    return thickness, height * unit, width * unit * _RECEDING


def _caption_width(stage: Stage) -> float:
    lines = [stage.name, *stage.description]
    return max(len(line) for line in lines) * _CHARACTER_WIDTH


def _slot(stage: Stage, unit: float, n_levels: int) -> float:
    """Return the width reserved for a box and its caption."""
    width, _, depth = _extent(stage, unit)
    gap = GAP if n_levels == 1 else _SMALL_GAP
    return max(width + depth, _caption_width(stage) / n_levels) + gap


def _centres(slots: list[float], start: float) -> list[float]:
    return [
        start + end - slot / 2
        for slot, end in zip(slots, accumulate(slots), strict=True)
    ]
