"""The arithmetic of layers in NumPy, under the names of `keras.ops` and a few more.

Images are float32 arrays of shape (n, height, width, channels).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import concatenate, logical_and, maximum, reshape, tanh, where  # noqa: F401
from numpy.typing import NDArray
from scipy.special import erf
from scipy.special import expit as sigmoid

Array = NDArray[Any]

# Klambauer et al. (2017), Self-normalizing neural networks, arXiv:1706.02515.
_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def cast(x: Array, dtype: str) -> Array:
    """Convert to another type."""
    return x.astype(dtype)


def linear(x: Array) -> Array:
    """Return the input."""
    return x


def relu(x: Array) -> Array:
    """Positive part."""
    return maximum(x, 0)


def elu(x: Array) -> Array:
    """X where positive, else exp(x) - 1."""
    return where(x > 0, x, np.expm1(np.minimum(x, 0)))


def selu(x: Array) -> Array:
    """Scaled `elu`."""
    return _SELU_SCALE * where(x > 0, x, _SELU_ALPHA * np.expm1(np.minimum(x, 0)))


def silu(x: Array) -> Array:
    """X times its sigmoid."""
    return x * sigmoid(x)


def gelu(x: Array) -> Array:
    """X times the normal distribution function of x."""
    return 0.5 * x * (1 + erf(x * 0.5**0.5))


def softmax(x: Array) -> Array:
    """Exponentials that sum to 1 along the last axis."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def flatten(x: Array) -> Array:
    """One row for each sample."""
    return x.reshape(len(x), -1)


def product(kernel: Array) -> Callable[[Array], Array]:
    """Return the product of rows with a kernel (n_inputs, n_units)."""
    columns = np.asfortranarray(kernel)  # a third faster for one row
    # One product for each row: the outputs of a sample do not depend on the others.
    return lambda x: np.matmul(x[:, np.newaxis], columns)[:, 0]


def pad(x: Array, padding: tuple[tuple[int, int], tuple[int, int]]) -> Array:
    """Add zeros around images."""
    return np.pad(x, ((0, 0), *padding, (0, 0)))


def crop(x: Array, cropping: tuple[tuple[int, int], tuple[int, int]]) -> Array:
    """Remove the borders of images."""
    (top, bottom), (left, right) = cropping
    return x[:, top : x.shape[1] - bottom, left : x.shape[2] - right]


def upsample(x: Array) -> Array:
    """Repeat each pixel twice along both axes."""
    return x.repeat(2, axis=1).repeat(2, axis=2)


def max_pool(x: Array, padding: str) -> Array:
    """Maximum of each 2x2 square; an odd last row or column is kept or left out."""
    if padding == "same" and (x.shape[1] % 2 or x.shape[2] % 2):
        edges = ((0, 0), (0, x.shape[1] % 2), (0, x.shape[2] % 2), (0, 0))
        x = np.pad(x, edges, "edge")
    height, width = (side // 2 * 2 for side in x.shape[1:3])
    x = maximum(x[:, 0:height:2], x[:, 1:height:2])
    return maximum(x[:, :, 0:width:2], x[:, :, 1:width:2])


def convolution(kernel: Array, strides: int, padding: str) -> Callable[[Array], Array]:
    """Return the convolution of images with a kernel (size, size, channels, filters).

    Padding is TensorFlow's: of an odd number of rows or columns, one more at the end.
    """
    size, _, n_channels, n_filters = kernel.shape
    width = size * n_channels
    matrices = kernel.reshape(size, width, n_filters)

    def convolve(x: Array) -> Array:
        if padding == "same":
            frames = [_frame(side, size, strides) for side in x.shape[1:3]]
            x = np.pad(x, ((0, 0), *frames, (0, 0)))
        n, height, n_columns = (
            x.shape[0],
            *((s - size) // strides + 1 for s in x.shape[1:3]),
        )
        # Windows of one row each, shared by all windows of `size` rows: copying less
        # pays for the sums.
        last = (n_columns - 1) * strides + 1
        columns = [x[:, :, start : start + last : strides] for start in range(size)]
        windows = concatenate(columns, axis=3)
        last = (height - 1) * strides + 1
        parts = (
            windows[:, start : start + last : strides].reshape(n, -1, width)
            for start in range(size)
        )
        # One product for each image: its outputs do not depend on the others.
        total = next(parts) @ matrices[0]
        for part, matrix in zip(parts, matrices[1:], strict=True):
            total += part @ matrix
        return total.reshape(n, height, n_columns, n_filters)

    return convolve


def transposed_convolution(kernel: Array) -> Callable[[Array], Array]:
    """Return the function that makes a square of each pixel, without overlaps.

    The kernel has the shape (size, size, filters, channels).
    """
    size, _, n_filters, n_channels = kernel.shape
    columns = np.ascontiguousarray(kernel.reshape(-1, n_channels).T)

    def expand(x: Array) -> Array:
        n, height, width, _ = x.shape
        squares = x.reshape(n, -1, n_channels) @ columns
        squares = squares.reshape(n, height, width, size, size, n_filters)
        rows = squares.transpose(0, 1, 3, 2, 4, 5)
        return rows.reshape(n, height * size, width * size, n_filters)

    return expand


def _frame(side: int, size: int, strides: int) -> tuple[int, int]:
    """Zeros before and after a side, so that windows begin at every stride."""
    n_added = max((-(-side // strides) - 1) * strides + size - side, 0)
    return n_added // 2, n_added - n_added // 2
