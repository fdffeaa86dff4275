"""Formulas of layers that Keras does not have.

They take a namespace `ops` with the names of `keras.ops`, so that training in Keras,
prediction in NumPy and ONNX share them.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# Beyond this a variance has no meaning, and its exponential may overflow.
_LARGEST_LOG_VARIANCE = 10.0


def pixel_states(ops: Any, x: Any) -> Any:
    """Return channels {x, x <= 0, x >= 1, 0 < x < 1} of images with one channel.

    Salt-and-pepper noise leaves 0 or 1: what lies between is certainly clean.
    """
    black = ops.cast(x <= 0, "float32")
    white = ops.cast(x >= 1, "float32")
    return ops.concatenate([x, black, white, 1 - black - white], axis=-1)


def bounded_log_variance(ops: Any, x: Any, size: int) -> Any:
    """Of [mean, logarithm of the variance], each of `size`, bound the second half."""
    bounded = _LARGEST_LOG_VARIANCE * ops.tanh(x[..., size:] / _LARGEST_LOG_VARIANCE)
    return ops.concatenate([x[..., :size], bounded], axis=-1)


def keep_certain(ops: Any, denoised: Any, noisy: Any) -> Any:
    """Noisy pixels where they lie strictly between 0 and 1, else denoised ones."""
    return ops.where(ops.logical_and(noisy > 0, noisy < 1), noisy, denoised)


def hiding_grids(height: int, width: int) -> NDArray[np.float32]:
    """Four masks (4, height, width, 1) that share out the pixels of each 2x2 square."""
    row, column = np.arange(height)[:, None] % 2, np.arange(width) % 2
    masks = [(row == i) & (column == j) for i in (0, 1) for j in (0, 1)]
    return np.stack(masks)[..., None].astype(np.float32)


def clean_pixels(
    ops: Any, states: Any, logits: Any, amount: float, salt_vs_pepper: float
) -> Any:
    """Mean of each clean pixel, given the states of all noisy ones.

    The logits say, from the other pixels, how probable it is that the noisy pixel is 0,
    1 or between, and its mean if between.
    """
    salt = amount * salt_vs_pepper
    pepper = amount - salt
    noisy = ops.softmax(logits[..., :3])
    black, white, grey = (
        ops.maximum(noisy[..., i : i + 1] - noise, 1e-6)
        for i, noise in enumerate((pepper, salt, 0.0))
    )
    kept = 1 - amount
    mean = ops.sigmoid(logits[..., 3:])
    # Bayes' rule; the three sum to 1 - amount, which divides out.
    if_white = (white * (kept + salt) + grey * salt * mean) / (
        white * (kept + salt) + (grey + black) * salt + 1e-12
    )
    if_black = (
        (white + grey * mean)
        * pepper
        / (black * (kept + pepper) + (grey + white) * pepper + 1e-12)
    )
    pixel, is_black, is_white, is_grey = (states[..., i : i + 1] for i in range(4))
    return is_grey * pixel + is_white * if_white + is_black * if_black
