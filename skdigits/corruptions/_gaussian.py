"""Gaussian smoothing of batches of images."""

from typing import Any

from numpy.typing import NDArray


def smooth(pixels: NDArray[Any], std: float, *, mode: str = "nearest") -> NDArray[Any]:
    """Return the images convolved with a Gaussian, cut off at 4 standard deviations.

    `std` is in pixels; `mode` is SciPy's treatment of the border.
    """
    from scipy.ndimage import gaussian_filter

    return gaussian_filter(pixels, (0, std, std), mode=mode, truncate=4.0)
