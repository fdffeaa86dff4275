"""The answer of a classifier's network to a single picture, in NumPy.

For one picture TensorFlow takes longer to wake its threads up than NumPy for the whole
answer. ONNX Runtime would be faster still, but is a dependency.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf, expit

from skdigits._pixels import to_unit_range

Array = NDArray[Any]  # float32 throughout
Step = Callable[[Array], Array]


def single_picture_function(
    network: str, settings: Mapping[str, Any], weights: Sequence[Array]
) -> Callable[[NDArray[Any]], Array] | None:
    """Return what maps one row of pixels, shape (1, n), to one row of outputs.

    Takes the name of a function in `skdigits.networks`, its arguments, and weights in
    Keras's order. Returns None for networks that are built otherwise.
    """
    if network not in _STEPS:
        return None
    steps = list(_STEPS[network](iter(weights), **settings))

    def outputs(row: NDArray[Any]) -> Array:
        hidden = to_unit_range(row)
        for step in steps:
            hidden = step(hidden)
        return hidden

    return outputs


def _mlp(
    weights: Iterator[Array],
    *,
    hidden_layer_sizes: Sequence[int],
    activation: str,
    batch_norm: bool,
    **_: Any,
) -> Iterator[Step]:
    for _units in hidden_layer_sizes:
        if batch_norm:
            yield _dense(next(weights))
            yield _normalization(weights)
        else:
            yield _dense(next(weights), next(weights))
        yield _ACTIVATIONS[activation]
    yield _dense(next(weights), next(weights))
    yield _softmax


def _cnn(
    weights: Iterator[Array],
    *,
    image_shape: tuple[int, int],
    conv_blocks: Sequence[Sequence[int]],
    padding: str,
    batch_norm: bool,
    hidden_layer_sizes: Sequence[int],
    activation: str,
    **_: Any,
) -> Iterator[Step]:
    pool = _pool_same if padding == "same" else _pool_valid
    activate = _ACTIVATIONS[activation]
    yield lambda row: row.reshape(*image_shape, 1)
    for filters_in_block in conv_blocks:
        for index, _filters in enumerate(filters_in_block, start=1):
            is_last = index == len(filters_in_block)
            if batch_norm:
                yield _convolution(next(weights), 0.0, padding)
                if is_last:
                    yield pool
                yield _normalization(weights)
                yield activate
            else:
                yield _convolution(next(weights), next(weights), padding)
                yield activate
                if is_last:
                    yield pool
    yield lambda picture: picture.reshape(1, -1)
    yield from _mlp(
        weights,
        hidden_layer_sizes=hidden_layer_sizes,
        activation=activation,
        batch_norm=False,
    )


def _dense(kernel: Array, bias: Array | float = 0.0) -> Step:
    columns = np.asfortranarray(kernel)  # a third faster for one row
    return lambda row: row @ columns + bias


def _convolution(kernel: Array, bias: Array | float, padding: str) -> Step:
    size, _, n_channels, n_filters = kernel.shape
    width = size * n_channels
    matrices = kernel.reshape(size, width, n_filters)
    # As TensorFlow pads: of an odd number of rows, one more below.
    before, after = (size - 1) // 2, size // 2
    frame = ((before, after), (before, after), (0, 0))

    def convolve(picture: Array) -> Array:
        if padding == "same":
            picture = np.pad(picture, frame)
        height, n_columns = (side - size + 1 for side in picture.shape[:2])
        # Windows of one row each, shared by all windows of `size` rows: copying less
        # pays for the sums.
        columns = [picture[:, start : start + n_columns] for start in range(size)]
        windows = np.concatenate(columns, axis=2)
        parts = (windows[row : row + height].reshape(-1, width) for row in range(size))
        total = next(parts) @ matrices[0]
        for part, matrix in zip(parts, matrices[1:], strict=True):
            total += part @ matrix
        total += bias
        return total.reshape(height, n_columns, n_filters)

    return convolve


def _normalization(weights: Iterator[Array]) -> Step:
    """Batch normalization as one scale and one offset for each channel."""
    gamma, beta, mean, variance = (next(weights) for _ in range(4))
    scale = gamma / np.sqrt(variance + np.float32(1e-3))  # what Keras adds
    offset = beta - mean * scale
    return lambda x: x * scale + offset


def _pool_valid(picture: Array) -> Array:
    """Largest of each 2x2 square; an odd last row or column is left out."""
    height, width = (side // 2 * 2 for side in picture.shape[:2])
    picture = np.maximum(picture[0:height:2], picture[1:height:2])
    return np.maximum(picture[:, 0:width:2], picture[:, 1:width:2])


def _pool_same(picture: Array) -> Array:
    """Largest of each 2x2 square; an odd last row or column is a pair with itself."""
    height, width = picture.shape[:2]
    if height % 2 or width % 2:
        frame = ((0, height % 2), (0, width % 2), (0, 0))
        picture = np.pad(picture, frame, "edge")
    return _pool_valid(picture)


def _softmax(scores: Array) -> Array:
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


def _elu(x: Array) -> Array:
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


# Klambauer et al. (2017), Self-normalizing neural networks, arXiv:1706.02515.
_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772

_ACTIVATIONS: dict[str, Step] = {
    "elu": _elu,
    "gelu": lambda x: 0.5 * x * (1 + erf(x * 0.5**0.5)),
    "relu": lambda x: np.maximum(x, 0, out=x),
    "selu": lambda x: (
        _SELU_SCALE * np.where(x > 0, x, _SELU_ALPHA * np.expm1(np.minimum(x, 0)))
    ),
    "sigmoid": expit,
    "silu": lambda x: x * expit(x),
    "tanh": np.tanh,
}

_STEPS: dict[str, Callable[..., Iterator[Step]]] = {"cnn": _cnn, "mlp": _mlp}
