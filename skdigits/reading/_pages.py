"""Validation of pages."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits._images import check_is_pixels, refuse_one_image, validate_image


def validate_pages(pages: Any, estimator: str) -> list[NDArray[Any]]:
    """Return the pages as a list of grey images, or raise ValueError."""
    check_is_pixels(pages, estimator)
    if isinstance(pages, np.ndarray) and pages.ndim == 2 and pages.dtype != object:
        raise ValueError(
            f"{estimator}: pages of shape {pages.shape} looks like one page. Pass "
            "[page]."
        )
    if isinstance(pages, np.ndarray):
        refuse_one_image(pages.shape, estimator, "pages")
    return [validate_page(page, i, estimator) for i, page in enumerate(pages)]


def validate_page(page: Any, index: int, estimator: str) -> NDArray[Any]:
    """Return one page as a grey image, ``uint8`` or float32, or raise ValueError."""
    pixels = validate_image(page, index, estimator, noun="page")
    if pixels.dtype == np.uint8:
        return pixels
    return pixels.astype(np.float32, copy=False)
