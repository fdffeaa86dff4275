"""Metrics by name: functions of true and predicted values, a value per sample."""

from typing import Any

import tensorflow as tf


def accuracy(y_true: Any, y_pred: Any) -> tf.Tensor:
    """1 where the most probable class is the right one, else 0."""
    # Keras notes what a softmax was taken of; its largest element is the same, and
    # where nothing else asks for the softmax, the step need not compute it.
    scores = getattr(y_pred, "_keras_logits", y_pred)
    best = tf.argmax(scores, axis=-1, output_type=tf.int32)
    codes = tf.cast(tf.reshape(y_true, tf.shape(best)), tf.int32)
    return tf.cast(best == codes, tf.float32)
