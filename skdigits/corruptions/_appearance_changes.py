"""Changes of an image's appearance: each takes an image and a random generator.

Images are float32 in [0, 1]. Lengths are fractions of the longer side.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

Image = NDArray[np.float32]
Change = Callable[[Image, np.random.Generator], Image]

# The sharp end of spectra: a smooth field has amplitude f**-2 at frequency f.
_SMOOTH = 2.0
_LEAST_CONTRAST = 0.25
_POINTS = 10  # of a curved stroke


def draw_strokes(image: Image, rng: np.random.Generator) -> Image:
    """Draw up to two curved strokes of random width and level over the image."""
    side = max(image.shape)
    drawn = image
    for _ in range(2):
        ends = rng.uniform(-0.07, 1.07, size=(3, 2)) * image.shape
        n_points = rng.integers(3, _POINTS, endpoint=True)
        width = rng.uniform(0.01, 0.054) * side
        level = rng.uniform(0.4, 1)
        if rng.random() < 0.7:
            distance = _distance(image.shape, _curve(ends)[:n_points])
            stroke = level * np.clip(width + 0.5 - distance, 0, 1)
            drawn = np.maximum(drawn, stroke.astype(np.float32))
    return drawn


def _curve(ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the points of a quadratic Bezier curve."""
    t = np.linspace(0, 1, _POINTS)[:, np.newaxis]
    return (1 - t) ** 2 * ends[0] + 2 * t * (1 - t) * ends[1] + t**2 * ends[2]


def _distance(shape: tuple[int, ...], points: NDArray[np.float64]) -> Image:
    """Return the distance of each pixel to the line through `points`."""
    # Axes: pieces of the line, rows, columns.
    pieces = [points[:-1], np.diff(points, axis=0)]
    ends = np.array(pieces, np.float32)[..., np.newaxis, np.newaxis]
    (tops, lefts), (down, right) = ends.swapaxes(1, 2)
    rows = np.arange(shape[0], dtype=np.float32)[:, np.newaxis] - tops
    columns = np.arange(shape[1], dtype=np.float32) - lefts
    squares = np.maximum(down**2 + right**2, np.float32(1e-6))
    share = rows * (down / squares) + columns * (right / squares)
    np.clip(share, 0, 1, out=share)
    apart = (rows - share * down) ** 2
    apart += (columns - share * right) ** 2
    return np.sqrt(apart.min(axis=0))


def blur(image: Image, rng: np.random.Generator) -> Image:
    """Blur the image with a Gaussian."""
    return ndimage.gaussian_filter(image, rng.uniform(0.018, 0.057) * max(image.shape))


def filter_linearly(image: Image, rng: np.random.Generator) -> Image:
    """Apply a random linear filter, and blend the result with the image.

    Nearly a third are rectified, by which edges of either sign become bright.
    """
    side = rng.choice([3, 3, 5])
    kernel = rng.standard_normal((side, side), dtype=np.float32)
    filtered = ndimage.correlate(image, kernel, mode="constant")
    if rng.random() < 0.3:
        filtered = np.abs(filtered - np.median(filtered))
    filtered = _stretch(filtered)
    share = rng.random() if rng.random() < 0.6 else 0
    return filtered + np.float32(share) * (image - filtered)


def change_part(image: Image, rng: np.random.Generator) -> Image:
    """Invert one part of the image, or change its tones.

    The part is a half-plane, or the spots in which a smooth random field is high.
    """
    if rng.random() < 0.5:
        rows, columns = (np.linspace(-1, 1, n) for n in image.shape)
        angle, offset = rng.uniform(0, 2 * np.pi), rng.uniform(-0.7, 0.7)
        part = np.sin(angle) * rows[:, np.newaxis] + np.cos(angle) * columns > offset
    else:
        part = _field(image.shape, _SMOOTH, rng) > rng.uniform(-1, 1)
    other = 1 - image if rng.random() < 0.5 else change_tones(image, rng)
    return np.where(part, other, image)


def add_noise(image: Image, rng: np.random.Generator) -> Image:
    """Add Gaussian noise that is white, or correlated over random lengths."""
    exponent = rng.uniform(0, 2.5) if rng.random() < 0.7 else 0
    noisy = image + np.float32(rng.uniform(0, 0.5)) * _field(image.shape, exponent, rng)
    return np.clip(noisy, 0, 1) if rng.random() < 0.5 else _stretch(noisy)


def add_speckle(image: Image, rng: np.random.Generator) -> Image:
    """Add Gaussian noise in proportion to the pixel."""
    noise = rng.standard_normal(image.shape, dtype=np.float32)
    return np.clip(image * (1 + np.float32(rng.random()) * noise), 0, 1)


def change_tones(image: Image, rng: np.random.Generator) -> Image:
    """Replace each value by that of a random curve through four points.

    Three in five curves are monotonic. Black and white remain different.
    """
    levels = rng.random(4)
    increases = rng.random() < 0.6
    if rng.random() < 0.6:
        levels.sort()
        levels = levels if increases else levels[::-1]
    if abs(levels[3] - levels[0]) < _LEAST_CONTRAST:
        levels[[0, 3]] = (0, 1) if increases else (1, 0)
    return np.interp(image, np.linspace(0, 1, 4), levels).astype(np.float32)


def hide_rectangle(image: Image, rng: np.random.Generator) -> Image:
    """Replace a rectangle by black or another level."""
    sides = np.rint(rng.uniform(0.14, 0.4, size=2) * image.shape).astype(int)
    top, left = (int(rng.integers(n)) for n in image.shape)
    hidden = image.copy()
    hidden[top : top + sides[0], left : left + sides[1]] = (
        rng.random() if rng.random() < 0.6 else 0
    )
    return hidden


def _field(shape: tuple[int, ...], exponent: float, rng: np.random.Generator) -> Image:
    """Return Gaussian noise of standard deviation 1, amplitude ``f**-exponent``."""
    rows, columns = fft.fftfreq(shape[0]), fft.rfftfreq(shape[1])
    frequency = np.hypot(rows[:, np.newaxis], columns)
    frequency[0, 0] = 1
    amplitude = np.asarray(frequency**-exponent, np.float32)
    amplitude[0, 0] = 0  # the mean
    white = rng.standard_normal(shape, dtype=np.float32)
    field = fft.irfft2(fft.rfft2(white) * amplitude, s=shape)
    return field / np.maximum(field.std(), np.float32(1e-6))


def _stretch(image: Image) -> Image:
    """Scale the image so that its extremes are 0 and 1."""
    low, high = image.min(), image.max()
    return (image - low) / np.maximum(high - low, np.float32(1e-3))
