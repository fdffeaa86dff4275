"""Prediction with trained weights: in NumPy where it is faster, else in TensorFlow."""

import sys
import threading
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skdigits._images import to_unit_range
from skdigits._training._job import Weights
from skdigits._training._pool import POOL_SIZE, free_dropped_models
from skdigits.networks import _numpy_ops
from skdigits.networks._architectures import Architecture
from skdigits.networks._composites import Model
from skdigits.networks._layers import Step
from skdigits.networks._tensorflow import (
    is_forked_process,
    is_installed,
    prepare_tensorflow,
)

if TYPE_CHECKING:
    import keras

# Values that a layer may return for one batch in NumPy: they stay in the cache.
_NUMPY_VALUES = 2**18

# Products of inputs and kernels up to which NumPy is faster than TensorFlow's compiled
# function (tests/benchmarks/numpy_prediction.py), than compiling the function first (by
# a wide margin: others of this size may follow), and than importing TensorFlow first.
_NUMPY_PRODUCTS = 2**24
_NUMPY_PRODUCTS_WITHOUT_GRAPH = 2**27
_NUMPY_PRODUCTS_WITHOUT_IMPORT = 2**34

Forward = Callable[..., NDArray[np.float32]]


class TrainedNetwork:
    """Weights ready for prediction, and the Keras model rebuilt on demand."""

    def __init__(self, architecture: Architecture, weights: Weights) -> None:
        self.weights = weights
        self.architecture = architecture
        self._numpy: dict[str | None, _NumpyNetwork] = {}

    @cached_property
    def model(self) -> "keras.Model":
        """The network as a Keras model of its own."""
        model = self.architecture.build()
        model.set_weights(self.weights)
        return model

    def predict(self, X: NDArray[Any], part: str | None = None) -> NDArray[np.float32]:
        """Return the outputs of the network, or of its named part, for samples."""
        numpy = self._numpy_network(part)
        is_compiled = (self.architecture, part) in _forward_functions
        if numpy.is_faster(len(X), is_compiled):
            return numpy.predict(X)
        return _forward_function(self.architecture, part)(self._tensors, X)

    def layer_outputs(self, X: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """Return the output of each layer outside named parts, input included."""
        tree = self.architecture.layers()
        outputs = {tree.input_name: to_unit_range(X)}
        run = tree.bind_inner(_numpy_ops, iter(self.weights), outputs.__setitem__)
        run(outputs[tree.input_name])
        return outputs

    def _numpy_network(self, part: str | None) -> "_NumpyNetwork":
        if part not in self._numpy:
            tree = self.architecture.layers()
            weights = self.weights
            if part is not None:
                tree, place = tree.part(part)
                weights = weights[place]
            self._numpy[part] = _NumpyNetwork(tree, weights)
        return self._numpy[part]

    @cached_property
    def _tensors(self) -> list[Any]:
        prepare_tensorflow()
        import tensorflow as tf

        return [tf.constant(array) for array in self.weights]


class _NumpyNetwork:
    """A network, or a part of one, whose outputs NumPy computes."""

    def __init__(self, tree: Model, weights: Weights) -> None:
        self._tree = tree
        self._weights = weights
        self._batch_size = max(
            1, _NUMPY_VALUES // tree.largest_output(tree.input_shape)
        )
        self._n_products = tree.n_products(tree.input_shape)

    @cached_property
    def _step(self) -> Step:
        # On demand: the bound kernels are copies, which TensorFlow does not need.
        return self._tree.bind(_numpy_ops, iter(self._weights))

    def is_faster(self, n_samples: int, is_compiled: bool) -> bool:
        """Whether NumPy returns the outputs sooner than TensorFlow, if that can run."""
        if n_samples == 1 or is_forked_process() or not is_installed():
            return True
        if is_compiled:
            limit = _NUMPY_PRODUCTS
        elif "tensorflow" in sys.modules:
            limit = _NUMPY_PRODUCTS_WITHOUT_GRAPH
        else:
            limit = _NUMPY_PRODUCTS_WITHOUT_IMPORT
        return n_samples * self._n_products <= limit

    def predict(self, X: NDArray[Any]) -> NDArray[np.float32]:
        """Return the outputs, computed batch by batch to bound the memory."""
        n = self._batch_size
        parts = [
            self._step(to_unit_range(X[start : start + n]))
            for start in range(0, len(X), n)
        ]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)


_forward_functions: dict[Any, Forward] = {}
_forward_lock = threading.Lock()


def _forward_function(architecture: Architecture, part: str | None) -> Forward:
    """Return the compiled function of weights and samples, shared by networks."""
    key = (architecture, part)
    with _forward_lock:
        if key not in _forward_functions:
            while len(_forward_functions) >= POOL_SIZE:
                del _forward_functions[next(iter(_forward_functions))]
            free_dropped_models()
            _forward_functions[key] = _compile_forward(architecture, part)
        return _forward_functions[key]


def _compile_forward(architecture: Architecture, part: str | None) -> Forward:
    network = architecture.build()
    from skdigits._training._tensorflow_forward import forward_function

    return forward_function(network, part)
