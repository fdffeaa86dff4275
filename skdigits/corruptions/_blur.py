"""Blur: out of focus, by motion, through structured glass."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits._images import row_blocks
from skdigits.corruptions._base import SpatialCorruption
from skdigits.corruptions._constraints import integer, real
from skdigits.corruptions._gaussian import smooth
from skdigits.corruptions._random import image_generators


class DefocusBlur(SpatialCorruption):
    """Average over a disk, as a lens out of focus does.

    Parameters
    ----------
    radius : float, default=1.5
        Radius of the disk in pixels, in [0, 20]; 0 changes nothing.

    image_shape : tuple of int or None, default=None
        Height and width in pixels of images passed as rows. None infers it: from a
        stack, else a square, else a single row.

    Attributes
    ----------
    image_shape_ : tuple of int
        Height and width in pixels of the images in `fit`.

    n_features_in_ : int
        Number of pixels per image.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, if `fit` received a dataframe with string column names.

    See Also
    --------
    MotionBlur : Blur along a line.

    Notes
    -----
    The weight of a pixel at distance d (pixels) from the centre is proportional to
    ``clip(radius + 0.5 - d, 0, 1)``: 1 inside the disk, falling to 0 over one pixel at
    its edge. Pixels beyond the border have the value of the nearest pixel.
    """

    _parameter_constraints: dict[str, list[Any]] = {
        **SpatialCorruption._parameter_constraints,
        "radius": real(0, 20),
    }

    def __init__(
        self, radius: float = 1.5, *, image_shape: tuple[int, int] | None = None
    ) -> None:
        self.radius = radius
        self.image_shape = image_shape

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        disk = _disk_kernel(self.radius).astype(pixels.dtype)
        blurred = np.zeros_like(pixels)
        # In blocks that fit into the cache.
        for block in row_blocks(len(pixels), pixels[0].size):
            _add_shifted(pixels[block], disk, blurred[block])
        return blurred


def _add_shifted(
    pixels: NDArray[Any], weights: NDArray[Any], total: NDArray[Any]
) -> None:
    """Add the images, shifted by each offset of a kernel and weighted, to `total`."""
    reach = len(weights) // 2
    _, height, width = pixels.shape
    padded, top, left = _pad_edges(pixels, reach)
    # Most offsets of a disk share their weight, so that one product does for them.
    for weight in np.unique(weights[weights > 0]):
        sum_ = np.zeros_like(pixels)
        for row, column in np.argwhere(weights == weight).tolist():
            y = min(max(top + row - reach, 0), 2 * top)
            x = min(max(left + column - reach, 0), 2 * left)
            sum_ += padded[:, y : y + height, x : x + width]
        sum_ *= weight
        total += sum_


def _disk_kernel(radius: float) -> NDArray[np.float64]:
    """Return the weights of a disk with a soft edge; their sum is 1."""
    offsets = np.arange(-int(radius + 0.5), int(radius + 0.5) + 1)
    distance = np.hypot(offsets[:, np.newaxis], offsets)
    weights = np.clip(radius + 0.5 - distance, 0, 1)
    return weights / weights.sum()


class MotionBlur(SpatialCorruption):
    """Blur along a line of random direction, as a moving camera does.

    Parameters
    ----------
    std : float, default=3
        Standard deviation in pixels of the half Gaussian along the line, in [0, 100];
        0 changes nothing.

    length : int, default=20
        Length in pixels at which it is cut off, in 0..200.

    max_angle : float, default=45
        Directions are sampled uniformly from [-max_angle, max_angle], in degrees from
        the horizontal, clockwise; in [0, 180].

    image_shape : tuple of int or None, default=None
        Height and width in pixels of images passed as rows. None infers it: from a
        stack, else a square, else a single row.

    random_state : int, RandomState instance or None, default=None
        With an int, the direction is a function of the seed and the content of the
        image. Otherwise each call samples new directions.

    Attributes
    ----------
    image_shape_ : tuple of int
        Height and width in pixels of the images in `fit`.

    n_features_in_ : int
        Number of pixels per image.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, if `fit` received a dataframe with string column names.

    See Also
    --------
    DefocusBlur : Blur in all directions.

    Notes
    -----
    The result is the mean of the pixels at 0, 1, ..., `length` pixels along the line,
    each rounded to the nearest pixel, with weights proportional to
    ``exp(-i**2 / (2 * std**2))``, as in ImageMagick's ``-motion-blur``. Pixels beyond
    the border have the value of the nearest pixel.
    """

    _parameter_constraints: dict[str, list[Any]] = {
        **SpatialCorruption._parameter_constraints,
        "std": real(0, 100),
        "length": integer(0, 200),
        "max_angle": real(0, 180),
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        std: float = 3,
        *,
        length: int = 20,
        max_angle: float = 45,
        image_shape: tuple[int, int] | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.std = std
        self.length = length
        self.max_angle = max_angle
        self.image_shape = image_shape
        self.random_state = random_state

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        if self.std == 0:
            return pixels
        steps = np.arange(self.length + 1)
        weights = np.exp(-((steps / self.std) ** 2) / 2)
        weights = (weights / weights.sum()).astype(pixels.dtype)
        # Steps without weight would only cost time.
        steps, weights = steps[weights > 0], weights[weights > 0]
        _, height, width = pixels.shape
        padded, top, left = _pad_edges(pixels, len(steps) - 1)
        blurred = np.zeros_like(pixels)
        term = np.empty_like(pixels[0])
        generators = image_generators(pixels, seed)
        for image, result, rng in zip(padded, blurred, generators, strict=True):
            angle = np.deg2rad(rng.uniform(-self.max_angle, self.max_angle))
            rows = top + np.rint(steps * np.sin(angle)).astype(int)
            columns = left + np.rint(steps * np.cos(angle)).astype(int)
            rows, columns = np.clip(rows, 0, 2 * top), np.clip(columns, 0, 2 * left)
            for y, x, weight in zip(
                rows.tolist(), columns.tolist(), weights, strict=True
            ):
                np.multiply(image[y : y + height, x : x + width], weight, out=term)
                result += term
        return blurred


def _pad_edges(pixels: NDArray[Any], reach: int) -> tuple[NDArray[Any], int, int]:
    """Repeat edges; return the images and the rows and columns before each.

    An image that is shifted by its size is constant, so larger shifts are never needed.
    """
    _, height, width = pixels.shape
    top, left = min(reach, height), min(reach, width)
    padded = np.pad(pixels, ((0, 0), (top, top), (left, left)), mode="edge")
    return padded, top, left


class GlassBlur(SpatialCorruption):
    """Swap neighbouring pixels at random, as structured glass seems to do.

    Parameters
    ----------
    std : float, default=0.7
        Standard deviation in pixels of a Gaussian blur before and after the swaps, in
        [0, 50].

    max_shift : int, default=1
        Largest shift of a swap in pixels, in 0..50.

    iterations : int, default=2
        Number of passes over the image, in 0..10.

    image_shape : tuple of int or None, default=None
        Height and width in pixels of images passed as rows. None infers it: from a
        stack, else a square, else a single row.

    random_state : int, RandomState instance or None, default=None
        With an int, the swaps are a function of the seed and the content of the image.
        Otherwise each call samples new swaps.

    Attributes
    ----------
    image_shape_ : tuple of int
        Height and width in pixels of the images in `fit`.

    n_features_in_ : int
        Number of pixels per image.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, if `fit` received a dataframe with string column names.

    See Also
    --------
    DefocusBlur : Blur without swaps.

    Notes
    -----
    Each pass visits the pixels that are more than `max_shift` away from the border,
    from the lower right to the upper left. Each is swapped, with probability 1/2, with
    the one at a vertical and a horizontal offset that are sampled uniformly from
    ``-max_shift`` to ``max_shift - 1``, as in MNIST-C [1]_.

    References
    ----------
    .. [1] Mu and Gilmer (2019). MNIST-C: a robustness benchmark for computer vision.
       arXiv:1906.02337, and https://github.com/google-research/mnist-c.
    """

    _parameter_constraints: dict[str, list[Any]] = {
        **SpatialCorruption._parameter_constraints,
        "std": real(0, 50),
        "max_shift": integer(0, 50),
        "iterations": integer(0, 10),
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        std: float = 0.7,
        *,
        max_shift: int = 1,
        iterations: int = 2,
        image_shape: tuple[int, int] | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.std = std
        self.max_shift = max_shift
        self.iterations = iterations
        self.image_shape = image_shape
        self.random_state = random_state

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        blurred = smooth(pixels, self.std)
        return smooth(self._swap(blurred, pixels, seed), self.std)

    def _swap(
        self, blurred: NDArray[Any], pixels: NDArray[Any], seed: int
    ) -> NDArray[Any]:
        n, height, width = pixels.shape
        shift = self.max_shift
        visited = [
            row * width + column
            for row in range(height - shift, shift, -1)
            for column in range(width - shift, shift, -1)
        ] * self.iterations
        if not visited or shift == 0:
            return blurred
        offsets = np.empty((len(visited), n), dtype=np.int32)
        for index, rng in enumerate(image_generators(pixels, seed)):
            steps = rng.integers(-shift, shift, size=(2, len(visited)))
            is_swapped = rng.integers(0, 2, size=len(visited))
            offsets[:, index] = is_swapped * (steps[0] * width + steps[1])
        # Each swap sees those before it, so images, not pixels, are vectorized over.
        flat = np.ascontiguousarray(blurred.reshape(n, -1).T)
        images = np.arange(n)
        for place, offset in zip(visited, offsets, strict=True):
            others = place + offset
            swapped = flat[others, images]
            flat[others, images] = flat[place]
            flat[place] = swapped
        return flat.T.reshape(pixels.shape)
