"""Boxes and labels, drawn onto a copy of the page."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from skdigits._files._text import escape
from skdigits.reading._records import REJECTED, DigitReading

Box = tuple[int, ...]  # top, left, bottom, right
Colour = tuple[int, int, int]

# Colours that remain distinct without red and green.
_READ = (0, 90, 200)
_REJECTED = (230, 110, 0)
# Larger pages are downscaled to this side in pixels; smaller ones are enlarged, with
# pixels that stay visible, so that boxes and labels do not cover the digits.
_MAX_SIDE = 3000
_MIN_SIDE = 500
_MIN_TEXT = 10  # pixels


def draw_readings(
    page: NDArray[np.uint8], readings: Sequence[DigitReading]
) -> Image.Image:
    """Return the page in colour, with a box and the label at each digit.

    Digits at the upper edge get a margin for their labels.
    """
    image = Image.fromarray(page)
    scale = _scale(max(image.size))
    if scale != 1:
        width, height = (max(1, round(side * scale)) for side in image.size)
        method = Image.Resampling.BOX if scale < 1 else Image.Resampling.NEAREST
        image = image.resize((width, height), method)
    image = image.convert("RGB")
    boxes = [tuple(round(side * scale) for side in one.box) for one in readings]
    labels = [escape(one.label) for one in readings]
    fonts = [_font(box) for box in boxes]
    margin = -min(map(_label_top, boxes, labels, fonts), default=0)
    if margin > 0:
        image = ImageOps.expand(image, (0, margin, 0, 0), "white")
        boxes = [
            (top + margin, left, bottom + margin, right)
            for top, left, bottom, right in boxes
        ]
    draw = ImageDraw.Draw(image)
    for box, one, label, font in zip(boxes, readings, labels, fonts, strict=True):
        colour = _REJECTED if one.label == REJECTED else _READ
        _draw_box(draw, box, colour)
        draw.text((box[1], box[0]), label, fill=colour, font=font, anchor="lb")
    return image


def _scale(side: int) -> float:
    if side > _MAX_SIDE:
        return _MAX_SIDE / side
    return max(1, _MIN_SIDE // side)


def _font(box: Box) -> Any:
    top, _, bottom, _ = box
    return ImageFont.load_default(max(_MIN_TEXT, 0.5 * (bottom - top)))


def _label_top(box: Box, label: str, font: Any) -> int:
    """Return the first row of a label that stands on its box."""
    return int(font.getbbox(label, anchor="lb")[1]) + box[0]


def _draw_box(draw: Any, box: Box, colour: Colour) -> None:
    top, left, bottom, right = box
    width = 1 + min(4, max(1, bottom - top) // 60)
    right, bottom = max(left, right - 1), max(top, bottom - 1)
    draw.rectangle((left, top, right, bottom), outline=colour, width=width)
