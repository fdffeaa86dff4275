"""Printed characters of the fonts that come with Matplotlib."""

from functools import lru_cache
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from skdigits.pretrained._shapes import CANVAS, Grey, change_width, deform

_SIZE = 72  # points
_UPRIGHT = (
    *("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono"),
    *("DejaVuSansMono-Bold", "DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic"),
    *("STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "STIXGeneralBolIta"),
)
FONTS = (*_UPRIGHT, "cmr10", "cmss10", "cmtt10", "cmb10")
GREEK_FONTS = _UPRIGHT


def print_character(character: str, font: str, rng: np.random.Generator) -> Grey:
    """Render a character, and vary its slant, aspect ratio and weight."""
    image = Image.new("L", (CANVAS, CANVAS))
    pen = ImageDraw.Draw(image)
    middle = CANVAS / 2, CANVAS / 2
    pen.text(middle, character, fill=255, font=_font(font), anchor="mm")
    shape = deform(np.asarray(image, np.float32) / np.float32(255), rng, bend=0.004)
    return change_width(shape, rng.uniform(-2.5, 5))


@lru_cache
def _font(name: str) -> ImageFont.FreeTypeFont:
    folder = Path(matplotlib.get_data_path(), "fonts", "ttf")
    return ImageFont.truetype(folder / f"{name}.ttf", _SIZE)
