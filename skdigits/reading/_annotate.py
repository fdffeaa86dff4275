"""Boxes and labels, drawn onto a copy of the page."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from skdigits._files._text import escape
from skdigits.reading._records import REJECTED, DigitReading

# Colours that remain distinct without red and green.
_READ = (0, 90, 200)
_REJECTED = (230, 110, 0)
# Larger pages are downscaled to this side in pixels.
_MAX_SIDE = 3000
_MIN_TEXT = 10  # pixels


def draw_readings(
    page: NDArray[np.uint8], readings: Sequence[DigitReading]
) -> Image.Image:
    """Return the page in colour, with a box and the label at each digit."""
    image = Image.fromarray(page)
    scale = min(1.0, _MAX_SIDE / max(image.size))
    if scale < 1:
        width, height = (max(1, round(side * scale)) for side in image.size)
        image = image.resize((width, height), Image.Resampling.BOX)
    image = image.convert("RGB")
    draw = ImageDraw.Draw(image)
    for one in readings:
        _draw_reading(draw, one, scale)
    return image


def _draw_reading(draw: Any, reading: DigitReading, scale: float) -> None:
    """Draw a box, and the label above it."""
    top, left, bottom, right = (round(side * scale) for side in reading.box)
    colour = _REJECTED if reading.label == REJECTED else _READ
    height = max(1, bottom - top)
    right, bottom = max(left, right - 1), max(top, bottom - 1)
    draw.rectangle(
        (left, top, right, bottom), outline=colour, width=1 + min(4, height // 60)
    )
    font = ImageFont.load_default(max(_MIN_TEXT, 0.5 * height))
    label = escape(reading.label)
    draw.text((left, top), label, fill=colour, font=font, anchor="lb")
