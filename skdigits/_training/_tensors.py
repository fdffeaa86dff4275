"""Helpers of the compiled graphs: arrays as tensors, and the layers of a model."""

from collections.abc import Iterator
from typing import Any

import keras
import tensorflow as tf
from numpy.typing import NDArray

Arrays = tuple[NDArray[Any], ...]
Tensors = tuple[tf.Tensor, ...]


def as_tensors(arrays: Arrays) -> Tensors:
    """Return a tensor for each array; the same array twice gives one tensor."""
    # `tf.constant` would copy twice; this copies once, and aligned memory not at all.
    tensors = {id(array): tf.raw_ops.Identity(input=array) for array in arrays}
    return tuple(tensors[id(array)] for array in arrays)


def any_length(tensors: Tensors) -> tuple[tf.TensorSpec, ...]:
    """Describe tensors of these types with any number of samples."""
    return tuple(tf.TensorSpec([None, *t.shape[1:]], t.dtype) for t in tensors)


def scaled(x: tf.Tensor) -> tf.Tensor:
    """Scale ``uint8`` to [0, 1]; other tensors stay as they are."""
    return tf.cast(x, tf.float32) / 255.0 if x.dtype == tf.uint8 else x


def all_layers(model: keras.Model) -> Iterator[keras.layers.Layer]:
    """Iterate over a model's layers, those of nested models included."""
    for layer in model.layers:
        yield layer
        if isinstance(layer, keras.Model):
            yield from all_layers(layer)
