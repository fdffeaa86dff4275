"""Validation of pages."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits._images import check_is_pixels, describe_channels, warn_outside_unit_range


def validate_pages(pages: Any, estimator: str) -> list[NDArray[Any]]:
    """Return the pages as a list of grey images, or raise ValueError."""
    check_is_pixels(pages, estimator)
    if isinstance(pages, np.ndarray) and pages.ndim == 2 and pages.dtype != object:
        raise ValueError(
            f"{estimator}: pages of shape {pages.shape} looks like one page. Pass "
            "[page]."
        )
    return [validate_page(page, i, estimator) for i, page in enumerate(pages)]


def validate_page(page: Any, index: int, estimator: str) -> NDArray[Any]:
    """Return one page as a grey image, or raise ValueError."""
    pixels = np.asarray(page)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    fault = None
    if pixels.ndim != 2 or not pixels.size:
        fault = f"has shape {pixels.shape}, expected (height, width)"
        if pixels.ndim == 3 and pixels.size:
            channels = describe_channels(pixels.shape, "page", axis=0)
            fault += f", got {channels}, or use read_pictures"
    elif pixels.dtype.kind not in "buif":
        fault = f"has dtype {pixels.dtype}, expected uint8 or floats in [0, 1]"
    elif not np.isfinite(pixels).all():
        fault = "contains NaN or infinity. Replace these pixels"
    if fault is not None:
        raise ValueError(f"{estimator}: page {index} {fault}.")
    if pixels.dtype == np.uint8:
        return pixels
    pixels = pixels.astype(np.float32, copy=False)
    warn_outside_unit_range(pixels, estimator, "pages")
    return pixels
