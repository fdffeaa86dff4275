"""Drawing of strokes and deformation of shapes, at four times MNIST's resolution."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from skdigits.preprocessing._place_in_field import place_in_field

Grey = NDArray[np.float32]
Points = Sequence[tuple[float, float]]

# Shapes are drawn on a square of this side in pixels, with a margin around them.
CANVAS = 112
_MARGIN = 16
_BOX, _SIZE = 20, 28  # MNIST's format
# Digits of fewer pixels than this are illegible in black and white.
_FEW_PIXELS = 11


def draw_strokes(strokes: Sequence[Points], width: float) -> Grey:
    """Draw polylines with round ends; coordinates and width in sides of the square.

    Points are pairs (x, y), with (0, 0) in the top left corner of the square.
    """
    scale = CANVAS - 2 * _MARGIN
    image = Image.new("L", (CANVAS, CANVAS))
    pen = ImageDraw.Draw(image)
    radius = max(1.0, width * scale / 2)
    for stroke in strokes:
        points = [(_MARGIN + scale * x, _MARGIN + scale * y) for x, y in stroke]
        pen.line(points, fill=255, width=round(2 * radius), joint="curve")
        for x, y in points:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(image, np.float32) / np.float32(255)


def enlarge(image: NDArray[np.uint8]) -> Grey:
    """Enlarge an image in MNIST's format to the canvas."""
    canvas = (CANVAS, CANVAS)
    resized = Image.fromarray(image).resize(canvas, Image.Resampling.BICUBIC)
    return np.asarray(resized, np.float32) / np.float32(255)


def deform(shape: Grey, rng: np.random.Generator, *, bend: float = 0.0) -> Grey:
    """Slant, rotate, stretch and bend a shape on the canvas.

    `bend` is the standard deviation of smooth displacements, as a fraction of the side.
    """
    stretch = np.exp(rng.uniform(-0.35, 0.35))
    slant = rng.normal(0, 0.15)
    angle = rng.normal(0, 0.08)  # radians
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[1, 0], [slant, np.sqrt(stretch)]])
    matrix[0] /= np.sqrt(stretch)
    middle = (CANVAS - 1) / 2
    positions = np.indices(shape.shape, np.float32) - middle
    # Smaller by 15 %, so that nothing leaves the canvas.
    positions = np.tensordot(matrix, positions, 1) * 1.15 + middle
    for axis in range(2):
        grid = rng.normal(0, bend * CANVAS, (4, 4)).astype(np.float32)
        smooth = Image.fromarray(grid).resize(shape.shape, Image.Resampling.BICUBIC)
        positions[axis] += np.asarray(smooth)
    return ndimage.map_coordinates(shape, positions, order=1)


def change_width(shape: Grey, change: float) -> Grey:
    """Add `change` pixels of the canvas to each side of the strokes; < 0 thins them.

    Strokes are not thinned below half of their typical width, as they would break.
    """
    ink = shape > 0.5
    inside = ndimage.distance_transform_edt(ink)
    if not ink.any():
        return shape
    if change < 0:
        ridge = ndimage.maximum_filter(inside, 5) == inside
        change = max(change, -0.6 * float(np.median(inside[ridge & ink])))
    signed = inside - ndimage.distance_transform_edt(~ink)
    return np.clip(signed + change + 0.5, 0, 1).astype(np.float32)


def to_mnist(
    shape: Grey, *, stretched: bool = False, n_pixels: int | None = None
) -> NDArray[np.uint8]:
    """Crop, scale and centre a shape as in MNIST; `stretched` fills the whole box.

    With `n_pixels`, the shape is first reduced to that many pixels along its longer
    side; an odd number, unless it is small, makes them black and white.
    """
    rows, columns = (np.flatnonzero((shape > 0.1).any(axis)) for axis in (1, 0))
    if not rows.size:
        return np.zeros((_SIZE, _SIZE), np.uint8)
    ink = shape[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if stretched or n_pixels:
        side = n_pixels or 4 * _BOX
        longest = None if stretched else max(ink.shape)
        height, width = (max(1, side * n // (longest or n)) for n in ink.shape)
        reduced = Image.fromarray(ink).resize((width, height), Image.Resampling.BOX)
        ink = np.asarray(reduced)
    if n_pixels and n_pixels % 2 and n_pixels > _FEW_PIXELS:
        # Thin strokes cover only a part of each coarse pixel.
        ink = (ink > np.quantile(ink[ink > 0.1], 0.9) / 2).astype(np.float32)
    field = place_in_field(ink, box_size=_BOX, size=_SIZE)
    return np.round(255 * field).astype(np.uint8)
