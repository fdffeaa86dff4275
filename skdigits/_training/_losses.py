"""Losses by name: functions of their settings that return a Keras loss."""

from typing import Any

import keras
from keras import ops


def crossentropy(label_smoothing: float) -> keras.losses.Loss:
    """Cross-entropy of class indices and probabilities, in nats.

    With smoothing s the target of k classes is ``1 - s + s / k`` for the right one and
    ``s / k`` for the others (Szegedy et al. 2016, "Rethinking the Inception
    architecture", section 7).
    """
    if not label_smoothing:
        return keras.losses.SparseCategoricalCrossentropy(dtype="float32")
    return _SmoothedCrossentropy(label_smoothing)


def binary_crossentropy() -> keras.losses.Loss:
    """Cross-entropy of pixels in [0, 1], averaged over an image, in nats."""
    return keras.losses.BinaryCrossentropy(dtype="float32")


def network_output() -> keras.losses.Loss:
    """Mean output of a network that computes its own loss; `y_true` is ignored."""
    return _NetworkOutput("network_output", dtype="float32")


class _NetworkOutput(keras.losses.Loss):
    def call(self, y_true: Any, y_pred: Any) -> Any:
        return ops.mean(y_pred, axis=-1)


class _SmoothedCrossentropy(keras.losses.Loss):
    def __init__(self, label_smoothing: float) -> None:
        super().__init__("smoothed_crossentropy", dtype="float32")
        self.label_smoothing = label_smoothing

    def call(self, y_true: Any, y_pred: Any) -> Any:
        indices = ops.reshape(y_true, (-1,))  # Keras passes a column
        targets = ops.one_hot(indices, y_pred.shape[-1], dtype=y_pred.dtype)
        return keras.losses.categorical_crossentropy(
            targets, y_pred, label_smoothing=self.label_smoothing
        )
