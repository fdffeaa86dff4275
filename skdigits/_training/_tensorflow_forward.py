"""Prediction in TensorFlow: a compiled function of weights and samples."""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import joblib
import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from skdigits._training._tensors import all_layers, scaled

# Numbers that a layer may put out in one step of prediction: bounds the memory.
_PREDICTION_SIZE = 2**22

# While the threads of one step wait for memory or each other, another step computes.
_STEPS_AT_ONCE = 2


def forward_function(
    network: keras.Model, part: str | None
) -> Callable[[Sequence[tf.Tensor], NDArray[Any]], NDArray[np.float32]]:
    """Compile (weights, samples) -> outputs of `network`, or of its layer `part`.

    Weights are arguments, so that one graph serves all networks of an architecture.
    """
    layer = network if part is None else network.get_layer(part)

    @tf.function(autograph=False)
    def forward(*arguments: tf.Tensor) -> tf.Tensor:
        *weights, x = arguments
        with keras.StatelessScope(list(zip(network.weights, weights, strict=True))):
            return layer(scaled(x), training=False)

    weights = [
        tf.TensorSpec(variable.shape, tf.float32) for variable in network.weights
    ]
    n_inputs = layer.inputs[0].shape[1]

    @cache
    def graph(dtype: tf.DType) -> Any:
        samples = tf.TensorSpec([None, n_inputs], dtype)
        return forward.get_concrete_function(*weights, samples)

    outputs = keras.tree.flatten([part.output for part in all_layers(network)])
    width = max(math.prod(output.shape[1:]) for output in outputs)
    batch = max(1, _PREDICTION_SIZE // width)

    def step(weights: Sequence[tf.Tensor], X: NDArray[Any]) -> NDArray[np.float32]:
        x = tf.raw_ops.Identity(input=X)
        # Calling the graph as an operation skips matching Python arguments to its
        # signature, which takes as long as classifying a few images.
        (output,) = tf.raw_ops.PartitionedCall(
            args=[*weights, x], Tout=[tf.float32], f=graph(x.dtype)
        )
        return output.numpy()

    def call(weights: Sequence[tf.Tensor], X: NDArray[Any]) -> NDArray[np.float32]:
        if len(X) <= batch:
            return step(weights, X)
        starts = range(0, len(X), batch)
        outputs: list[Any] = [None] * len(starts)
        todo = enumerate(starts)

        def work() -> None:
            for index, start in todo:
                outputs[index] = step(weights, X[start : start + batch])

        with ThreadPoolExecutor() as pool:
            n_others = min(_STEPS_AT_ONCE, _n_threads()) - 1
            others = [pool.submit(work) for _ in range(n_others)]
            # This thread works too: an interrupt reaches it between two steps.
            try:
                work()
            finally:
                list(todo)  # nothing is left to do for the others
            for other in others:
                other.result()
        return np.concatenate(outputs)

    return call


def _n_threads() -> int:
    """Return the number of threads that TensorFlow uses within an operation."""
    return tf.config.threading.get_intra_op_parallelism_threads() or joblib.cpu_count()
