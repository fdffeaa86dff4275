"""Images in other conventions: recognized, and named with the call that mends them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits._warnings import warn_user
from skdigits.exceptions import PixelRangeWarning

# Resampling and averaging may give floats slightly outside [0, 1].
_RANGE_TOLERANCE = 1e-3
# Largest values of scikit-learn's digits, and of 8-bit and 16-bit images.
_FULL_SCALES = (16, 255, 65535)
# Of images that are recognized by their shape; scikit-learn's digits have this side.
SMALLEST_SIDE = 8


def describe_channels(shape: tuple[int, ...], array: str, axis: int) -> str:
    """Return the number of channels, and the call that makes the images grey, if any.

    `shape` is that of one image, with channels first or last; its first axis is the
    axis `axis` of the `array` of this name.
    """
    first = 1 <= shape[0] <= 4 < shape[2]
    lead = ":, " * axis if first else "..., "
    n_channels = shape[0] if first else shape[2]
    described = f"{n_channels} channel{'s' * (n_channels > 1)}"
    if n_channels > 4:
        return described
    if n_channels <= 2:  # grey, and transparency
        return f"{described}: pass {array}[{lead}0]"
    colours = array if n_channels == 3 else f"{array}[{lead}:3]"
    mean = f"{colours}.mean(axis={axis if first else -1})"
    return f"{described}: pass {mean}.astype({array}.dtype)"


def refuse_one_image(
    shape: tuple[int, ...], estimator: str, array: str = "X", *, n_labels: int = 0
) -> None:
    """Raise ValueError for the shape of one image in place of a stack.

    These are shapes with channels at the end, and any shape if there is one label.
    Stacks of images at most four pixels wide are refused too, unless they are low.
    """
    has_channels = len(shape) == 3 and shape[2] <= 4 and shape[1] >= SMALLEST_SIDE
    if has_channels and shape[2] > 1:
        advice = f" of {describe_channels(shape, array, axis=0)}[None]"
    elif has_channels or (n_labels == 1 < shape[0] and len(shape) in (2, 3)):
        advice = f": pass {array}[None]"
    else:
        return
    raise ValueError(
        f"{estimator}: {array} of shape {shape} looks like one image{advice}."
    )


def warn_outside_unit_range(X: NDArray[Any], estimator: str, array: str = "X") -> None:
    """Warn about floats outside [0, 1], and ``uint8`` pixels that are all dark."""
    low, high = float(X.min()), float(X.max())
    if X.dtype == np.uint8:
        if not 0 < high <= _FULL_SCALES[0]:
            return
        fault = f"uint8 pixels of {array} must be in 0..255, got at most {high:g}"
    elif low < -_RANGE_TOLERANCE or high > 1 + _RANGE_TOLERANCE:
        fault = f"pixels of {array} must be in [0, 1], got [{low:g}, {high:g}]"
    else:
        return
    warn_user(
        f"{estimator}: {fault}. {_range_advice(low, high, array)} Floats are used as "
        "they are, uint8 pixels are divided by 255.",
        PixelRangeWarning,
    )


def _range_advice(low: float, high: float, array: str) -> str:
    """Return the call that gives pixels in [0, 1]."""
    if low < -_RANGE_TOLERANCE:
        if low >= -1 - _RANGE_TOLERANCE and high <= 1 + _RANGE_TOLERANCE:
            return f"Pass ({array} + 1) / 2."
        return "Pass pixels that are not standardized, from 0 to 1."
    if high == 1:
        return f"Pass {array} * 255 or {array}.astype(float)."
    if high < 2:
        return f"Pass np.clip({array}, 0, 1)."
    for scale in _FULL_SCALES:
        if high <= scale:
            return f"Pass {array} / {scale}, if {scale} is the largest possible value."
    return f"Divide {array} by the largest possible value."
