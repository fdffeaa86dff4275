"""Networks as plain data: descriptions of layers, and weights as text."""

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits._base import KerasEstimator
from skdigits.networks._architectures import architecture

Plain = dict[str, Any]

_LARGEST_HALF = float(np.finfo(np.float16).max)


def describe_network(estimator: KerasEstimator, part: str | None = None) -> Plain:
    """Return the layers and the weights of a fitted network, or of its named part."""
    tree = architecture(*estimator._network_settings).layers()
    weights = estimator.weights_
    if part is not None:
        tree, place = tree.part(part)
        weights = weights[place]
    return {
        "layers": tree.describe(),
        "weights": [encode_array(weight) for weight in weights],
    }


def encode_array(array: NDArray[Any]) -> Plain:
    """Return an array as text: in half precision, or in single if it is too large."""
    halves = np.abs(array).max(initial=0) <= _LARGEST_HALF
    dtype = np.dtype(np.float16 if halves else np.float32)
    data = np.ascontiguousarray(array, dtype=dtype.newbyteorder("<"))
    return {"dtype": dtype.name, "data": base64.b64encode(data.tobytes()).decode()}
