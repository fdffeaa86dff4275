"""Validation of one grey image of any size."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits._images._conventions import describe_channels, warn_outside_unit_range

_DTYPES = (np.float64, np.float32, np.uint8)


def validate_image(
    image: Any, index: int, estimator: str, *, noun: str = "image"
) -> NDArray[Any]:
    """Return a grey image of shape (height, width), as ``uint8`` or floats.

    Raises ValueError for images of another shape, without pixels, or with NaN or
    infinity. Its message calls the image by `noun` and `index`.
    """
    pixels = np.asarray(image)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    fault = None
    if pixels.ndim != 2 or not pixels.size:
        fault = f"has shape {pixels.shape}, expected (height, width)"
        if pixels.ndim == 3 and pixels.size:
            channels = describe_channels(pixels.shape, noun, axis=0)
            fault += f", got {channels}, or use read_pictures"
    elif pixels.dtype.kind not in "buif":
        fault = f"has dtype {pixels.dtype}, expected uint8 or floats in [0, 1]"
    elif not np.isfinite(pixels).all():
        fault = "contains NaN or infinity. Replace these pixels"
    if fault is not None:
        raise ValueError(f"{estimator}: {noun} {index} {fault}.")
    if pixels.dtype.type not in _DTYPES:
        pixels = pixels.astype(np.float64)
    if pixels.dtype != np.uint8:  # dark photographs are valid
        warn_outside_unit_range(pixels, estimator)
    return pixels
