"""Losses of files and screens: JPEG compression, pixelation."""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits.corruptions._base import SpatialCorruption
from skdigits.corruptions._constraints import integer, real

# The JPEG format stores sides in 16 bits; the encoder keeps some of them to itself.
_MAX_JPEG_SIDE = 65500


class JPEGCompression(SpatialCorruption):
    """Compress images as JPEG files, and decompress them.

    Parameters
    ----------
    quality : int, default=10
        Quality on the scale of libjpeg, in 1..100.

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

    Raises
    ------
    ValueError
        In `transform`, if a side of the images is longer than 65,500 pixels.

    See Also
    --------
    Pixelation : Lowers the resolution.

    Notes
    -----
    Pixels are rounded to 8 bits and encoded by Pillow, in blocks of 8x8 pixels: cosine
    coefficients are divided by the entries of a table, which grow as the quality
    falls, and rounded.
    """

    _parameter_constraints: dict[str, list[Any]] = {
        **SpatialCorruption._parameter_constraints,
        "quality": integer(1, 100),
    }

    def __init__(
        self, quality: int = 10, *, image_shape: tuple[int, int] | None = None
    ) -> None:
        self.quality = quality
        self.image_shape = image_shape

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        from PIL import Image

        height, width = pixels.shape[1:]
        if max(height, width) > _MAX_JPEG_SIDE:
            raise ValueError(
                f"{type(self).__name__}: JPEG images have at most {_MAX_JPEG_SIDE} "
                f"pixels per side, got {height}x{width}. Pass image_shape if the "
                "images are not single rows."
            )
        grey = np.rint(255 * np.clip(pixels, 0, 1)).astype(np.uint8)
        decoded = np.empty_like(grey)
        for image, result in zip(grey, decoded, strict=True):
            file = io.BytesIO()
            Image.fromarray(image).save(file, "JPEG", quality=int(self.quality))
            result[:] = Image.open(file, formats=["JPEG"])
        return decoded / pixels.dtype.type(255)


class Pixelation(SpatialCorruption):
    """Lower the resolution of images, at the same size.

    Parameters
    ----------
    resolution : float, default=0.4
        Pixels per side as a fraction of those of the image, in [0, 1], rounded down
        but at least one; 1 changes nothing.

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
    Scaling : Changes the size.

    Notes
    -----
    A box filter shrinks and enlarges the image, as Pillow's ``resize`` with ``BOX``.
    """

    _parameter_constraints: dict[str, list[Any]] = {
        **SpatialCorruption._parameter_constraints,
        "resolution": real(0, 1),
    }

    def __init__(
        self, resolution: float = 0.4, *, image_shape: tuple[int, int] | None = None
    ) -> None:
        self.resolution = resolution
        self.image_shape = image_shape

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        for axis in (1, 2):
            pixels = self._average_runs(pixels, axis)
        return pixels

    def _average_runs(self, pixels: NDArray[Any], axis: int) -> NDArray[Any]:
        """Replace pixels by the means of runs along an axis."""
        size = pixels.shape[axis]
        n_runs = max(1, int(self.resolution * size))
        # Twice the centre of each pixel, in units of a pixel over the number of runs. A
        # centre between two runs is averaged in the first and shown in the second.
        centres = (2 * np.arange(size) + 1) * n_runs
        averaged, shown = (centres - 1) // (2 * size), centres // (2 * size)
        starts = np.searchsorted(averaged, np.arange(n_runs))
        sums = np.add.reduceat(pixels, starts, axis=axis)
        lengths = np.bincount(averaged).astype(pixels.dtype)
        lengths = lengths[:, np.newaxis] if axis == 1 else lengths
        return np.take(sums / lengths, shown, axis=axis)
