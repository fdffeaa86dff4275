"""From ink to a field as in MNIST: scaled into a box, centred by mass."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.float32]

_BISECTIONS = 20


def place_in_field(ink: Grey, *, box_size: int, size: int) -> Grey:
    """Scale the ink to fit the box and centre it by mass in a field of `size`."""
    field = np.zeros((size, size), np.float32)
    if ink.size:
        digit = _scaled(ink, box_size)
        height, width = digit.shape
        top, left = _corner(digit, size)
        field[top : top + height, left : left + width] = digit
    return field


def _scaled(ink: Grey, box_size: int) -> Grey:
    """Resample so that the longer side fills the box, with full ink somewhere."""
    scale = box_size / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    # Where it makes a picture smaller, Pillow widens the kernel: no aliasing.
    resampled = Image.fromarray(ink).resize((width, height), Image.Resampling.LANCZOS)
    digit = np.clip(np.asarray(resampled), 0, 1)
    if scale > 1:
        digit = _sharpened(digit, scale)
    # Lines thinner than a pixel come out pale; MNIST's brightest pixels are full.
    return digit / max(digit.max(), np.finfo(np.float32).tiny)


def _sharpened(digit: Grey, scale: float) -> Grey:
    """Make edges, `scale` pixels wide from enlarging, a pixel wide again.

    The amount of ink stays the same: grey pixels of small pictures are full ink on part
    of their area.
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


def _corner(digit: Grey, size: int) -> tuple[int, int]:
    """Top left corner that puts the centre of mass on pixel ``size // 2``, or near.

    Whole pixels, as in MNIST, so that strokes stay sharp; no ink leaves the field.
    """
    amount = float(digit.sum())
    corner = []
    for axis, length in enumerate(digit.shape):
        profile = digit.sum(axis=1 - axis, dtype=np.float64)
        mean = float(profile @ np.arange(length)) / amount if amount else length / 2
        first = int(np.floor(size // 2 - mean + 0.5))
        corner.append(min(max(first, 0), size - length))
    return corner[0], corner[1]
