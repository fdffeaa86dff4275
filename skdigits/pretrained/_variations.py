"""Variations of images of digits: pens, hands and cameras that MNIST lacks."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from skdigits.pretrained._shapes import (
    Grey,
    change_width,
    deform,
    enlarge,
    to_mnist,
)

Images = NDArray[np.uint8]


def vary(images: Images, rng: np.random.Generator) -> Images:
    """Return each image once with another slant, aspect ratio, stroke and sharpness."""
    return np.stack([_vary_shape(enlarge(image), rng) for image in images])


def cross_sevens(images: Images, rng: np.random.Generator) -> Images:
    """Return images of sevens with a bar through the stem, or a hook at the left."""
    return np.stack([_vary_shape(_cross(enlarge(one), rng), rng) for one in images])


def slash_zeros(images: Images, rng: np.random.Generator) -> Images:
    """Return images of zeros with a slash through them."""
    return np.stack([_vary_shape(_slash(enlarge(one), rng), rng) for one in images])


def finish(shape: Grey, rng: np.random.Generator) -> Images:
    """Return a shape in MNIST's format, as pens, cameras and scanners show it."""
    if rng.random() < 0.3:
        shape = ndimage.gaussian_filter(shape, rng.uniform(1, 4))
    # Small scans and fax have coarse pixels, often black and white.
    n_pixels = int(rng.integers(7, 21)) if rng.random() < 0.3 else None
    image = to_mnist(shape, stretched=rng.random() < 0.2, n_pixels=n_pixels)
    if rng.random() < 0.3:  # uneven ink, pencil
        grain = ndimage.gaussian_filter(rng.normal(size=image.shape), rng.uniform(0, 1))
        image = np.clip(image * (1 - rng.uniform(0, 0.6) * abs(grain)), 0, 255)
    return image.astype(np.uint8)


def _vary_shape(shape: Grey, rng: np.random.Generator) -> Images:
    shape = deform(shape, rng, bend=0.008)
    if rng.random() < 0.7:
        shape = change_width(shape, rng.uniform(-5, 5))
    return finish(shape, rng)


def _cross(shape: Grey, rng: np.random.Generator) -> Grey:
    """Draw a bar across the stem of a seven, at about half of its height."""
    rows = np.flatnonzero((shape > 0.5).any(axis=1))
    top, height = rows[0], rows[-1] - rows[0] + 1
    row = int(top + rng.uniform(0.42, 0.7) * height)
    columns = np.flatnonzero(shape[row] > 0.5)
    if not columns.size:
        return shape
    length = rng.uniform(0.3, 0.75) * height
    thickness = np.sqrt(max((shape > 0.5).sum(), 1) / height) * rng.uniform(0.8, 1.4)
    tilt = rng.uniform(-0.25, 0.15)
    y, x = np.indices(shape.shape)
    x = x - columns.mean() - rng.uniform(-0.1, 0.1) * length
    bar = (abs(y - row - tilt * x) <= thickness / 2) & (abs(x) <= length / 2)
    return np.maximum(shape, bar.astype(np.float32))


def _slash(shape: Grey, rng: np.random.Generator) -> Grey:
    """Draw a line from the lower left to the upper right of a zero."""
    rows, columns = (np.flatnonzero((shape > 0.5).any(axis)) for axis in (1, 0))
    height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
    y, x = np.indices(shape.shape)
    y, x = (y - rows.mean()) / height, (x - columns.mean()) / width
    thickness = rng.uniform(2, 5) / height
    reach = rng.uniform(0.35, 0.6)
    line = (abs(y + x) <= thickness) & (abs(x) <= reach)
    return np.maximum(shape, line.astype(np.float32))
