"""Random deformation of images in Keras: shift, rotate, zoom and bend."""

from collections.abc import Callable
from typing import Any

import numpy as np
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
        if self.record.order == 1:
            return _interpolate(inputs[..., 0], y, x, _linear)[..., None]
        # Cubic interpolation overshoots at edges.
        return ops.clip(_interpolate(inputs[..., 0], y, x, _cubic), 0, 1)[..., None]

    def _sampling_positions(self, n: Any, height: int, width: int) -> tuple[Any, Any]:
        """Return rows and columns at which to interpolate, for each output pixel."""
        centre = (height - 1) / 2, (width - 1) / 2
        rows, columns = np.meshgrid(
            *(np.arange(height) - centre[0], np.arange(width) - centre[1]),
            indexing="ij",
        )
        rows, columns = rows.astype("float32"), columns.astype("float32")
        angle = self._uniform(n, self.record.rotation * np.pi / 180)
        scale_y, scale_x = (
            1 + self._uniform(n, self.record.zoom),
            1 + self._uniform(n, self.record.zoom),
        )
        y = (rows * ops.cos(angle) - columns * ops.sin(angle)) / scale_y
        x = (rows * ops.sin(angle) + columns * ops.cos(angle)) / scale_x
        y += centre[0] + height * self._uniform(n, self.record.shift)
        x += centre[1] + width * self._uniform(n, self.record.shift)
        if self.record.elastic:
            displacement = self._sample_displacement(n, height, width)
            y += height * displacement[..., 0]
            x += width * displacement[..., 1]
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
    corner = (ops.cast(top, "int32") - reach + 1) * stride
    corner += ops.cast(left, "int32") - reach + 1

    def pixels_at(offset: int) -> Any:
        index = ops.reshape(corner + offset, (-1, height * width))
        values = ops.take_along_axis(flat, index, axis=1)
        return ops.reshape(values, (-1, height, width))

    across = kernel(x - left)
    return sum(
        weight * sum(pixels_at(row * stride + i) * across[i] for i in range(n_weights))
        for row, weight in enumerate(kernel(y - top))
    )


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
