"""Scaling and centring of a digit as in MNIST."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.float32]

_BISECTIONS = 20


def place_in_field(ink: Grey, *, box_size: int, size: int) -> Grey:
    """Scale the ink to fit the box, and centre it by mass in an image of `size`."""
    field = np.zeros((size, size), np.float32)
    if ink.size:
        digit = _scale(ink, box_size)
        height, width = digit.shape
        top, left = _find_corner(digit, size)
        field[top : top + height, left : left + width] = digit
    return field


def _scale(ink: Grey, box_size: int) -> Grey:
    """Resample so that the longer side fills the box and the maximum is 1."""
    scale = box_size / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    # When downscaling, Pillow widens the kernel, which prevents aliasing.
    resampled = Image.fromarray(ink).resize((width, height), Image.Resampling.LANCZOS)
    digit = np.clip(np.asarray(resampled), 0, 1)
    if scale > 1:
        digit = _sharpen(digit, scale)
    # Lines thinner than a pixel become pale; the maximum of MNIST's digits is 1.
    return digit / max(digit.max(), np.finfo(np.float32).tiny)


def _sharpen(digit: Grey, scale: float) -> Grey:
    """Sharpen edges blurred to `scale` pixels by upscaling to a width of one pixel.

    The sum of the pixels is preserved: a grey pixel of a small image is full ink on
    part of its area.
    """
    amount = digit.sum()
    low, high = 0.0, 1.0
    for _ in range(_BISECTIONS):
        threshold = (low + high) / 2
        sharp = np.clip(0.5 + scale * (digit - threshold), 0, 1)
        if sharp.sum() > amount:
            low = threshold
        else:
            high = threshold
    return sharp


def _find_corner(digit: Grey, size: int) -> tuple[int, int]:
    """Return the top left corner that puts the centre of mass on pixel ``size // 2``.

    Rounded to whole pixels, as in MNIST, so that strokes stay sharp, and limited so
    that the digit is not cut off.
    """
    amount = float(digit.sum())
    corner = []
    for axis, length in enumerate(digit.shape):
        profile = digit.sum(axis=1 - axis, dtype=np.float64)
        mean = float(profile @ np.arange(length)) / amount if amount else length / 2
        first = int(np.floor(size // 2 - mean + 0.5))
        corner.append(min(max(first, 0), size - length))
    return corner[0], corner[1]
