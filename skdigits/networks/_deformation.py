"""Random deformation of images in Keras: shift, rotate, zoom and bend."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from keras import ops

from skdigits.networks._keras_layers import RecordLayer, register

# Displacements are sampled on a grid of this many points a side, and interpolated.
_GRID = 5


@register
class RandomDeformation(RecordLayer):
    """See `skdigits.networks._layers.RandomDeformation`."""

    is_random = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Deform images in training, else return the inputs unchanged.

        Parameters
        ----------
        inputs : tensor of shape (batch, height, width, 1)
            Images.
        training : bool, default=False
            Whether the network is being trained.

        Returns
        -------
        outputs : tensor of the shape of `inputs`
            Images.
        """
        if not training:
            return inputs
        height, width = inputs.shape[1:3]
        y, x = self._sampling_positions(ops.shape(inputs)[0], height, width)
        kernel = {0: _nearest, 1: _linear, 3: _cubic}[self.record.order]
        deformed = _interpolate(inputs[..., 0], y, x, kernel)[..., None]
        # Cubic interpolation overshoots at edges.
        return ops.clip(deformed, 0, 1) if kernel is _cubic else deformed

    def _sampling_positions(self, n: Any, height: int, width: int) -> tuple[Any, Any]:
        """Return rows and columns at which to interpolate, for each output pixel.

        Without rotation and elastic displacements, rows are the same in all columns
        and columns in all rows: these axes have length 1 then.
        """
        record = self.record
        centre = (height - 1) / 2, (width - 1) / 2
        y = (np.arange(height) - centre[0]).astype("float32")[:, np.newaxis]
        x = (np.arange(width) - centre[1]).astype("float32")
        if record.rotation:
            angle = self._uniform(n, record.rotation * np.pi / 180)
            cos, sin = ops.cos(angle), ops.sin(angle)
            y, x = y * cos - x * sin, y * sin + x * cos
        if record.zoom:
            y = y / (1 + self._uniform(n, record.zoom))
            x = x / (1 + self._uniform(n, record.zoom))
        y, x = y + centre[0], x + centre[1]
        if record.shift:
            y = y + height * self._uniform(n, record.shift)
            x = x + width * self._uniform(n, record.shift)
        if record.elastic:
            displacement = self._sample_displacement(n, height, width)
            y, x = y + height * displacement[..., 0], x + width * displacement[..., 1]
        return y, x

    def _uniform(self, n: Any, maximum: float) -> Any:
        return self.uniform((n, 1, 1), -maximum, maximum)

    def _sample_displacement(self, n: Any, height: int, width: int) -> Any:
        coarse = self.normal((n, _GRID, _GRID, 2), self.record.elastic)
        return ops.image.resize(
            coarse,
            (height, width),
            interpolation="bicubic",
            data_format="channels_last",
        )


def _interpolate(
    images: Any, y: Any, x: Any, kernel: Callable[[Any], list[Any]]
) -> Any:
    """Interpolate images at real-valued positions, with zeros outside of the border.

    `kernel` returns the weights of the surrounding pixels for a fractional position
    in [0, 1] between two pixels.
    """
    height, width = images.shape[1:]
    n_weights = len(kernel(0.0))
    reach = n_weights // 2
    # With zero padding, positions outside of the image need no special case.
    padded = ops.pad(images, ((0, 0), (reach, reach), (reach, reach)))
    stride = width + 2 * reach
    flat = ops.reshape(padded, (-1, (height + 2 * reach) * stride))
    y = ops.clip(y + reach, reach - 1, height + reach)
    x = ops.clip(x + reach, reach - 1, width + reach)
    top = ops.minimum(ops.floor(y), height + reach - 1)
    left = ops.minimum(ops.floor(x), width + reach - 1)
    first_row, first_column = (ops.cast(i, "int32") - reach + 1 for i in (top, left))
    corner = ops.broadcast_to(
        first_row * stride + first_column, (ops.shape(images)[0], height, width)
    )

    def pixels_at(offset: int) -> Any:
        # Keras's take_along_axis does the same in four times the operations.
        return tf.gather(flat, corner + offset, batch_dims=1)

    across = kernel(x - left)
    return sum(
        weight * sum(pixels_at(row * stride + i) * across[i] for i in range(n_weights))
        for row, weight in enumerate(kernel(y - top))
    )


def _nearest(t: Any) -> list[Any]:
    is_next = ops.round(t)
    return [1 - is_next, is_next]


def _linear(t: Any) -> list[Any]:
    return [1 - t, t]


def _cubic(t: Any) -> list[Any]:
    """Weights of Keys (1981) with a = -1/2, exact for quadratic polynomials."""
    return [
        ((-0.5 * t + 1) * t - 0.5) * t,
        (1.5 * t - 2.5) * t * t + 1,
        ((-1.5 * t + 2) * t + 0.5) * t,
        (0.5 * t - 0.5) * t * t,
    ]
