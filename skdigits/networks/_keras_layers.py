"""Custom Keras layers: noise, augmentation, adversarial perturbation and masks."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from skdigits.networks._formulas import (
    clean_pixels,
    hiding_grids,
    keep_certain,
    pixel_states,
)

register = keras.saving.register_keras_serializable("skdigits")


@register
class SaltPepper(layers.Layer):
    """Salt-and-pepper noise, sampled anew in each training step.

    The layer is active in training only.

    Parameters
    ----------
    low, high : float
        Range, in [0, 1], of the probability that a pixel is replaced; it is sampled
        for each image.
    salt_vs_pepper : float, default=0.5
        Probability that a replaced pixel becomes 1, else 0.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.
    """

    def __init__(
        self, low: float, high: float, salt_vs_pepper: float = 0.5, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.low = low
        self.high = high
        self.salt_vs_pepper = salt_vs_pepper
        self.seed_generator = keras.random.SeedGenerator(0)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Add noise in training, else return the inputs unchanged."""
        if not training or self.high == 0:
            return inputs
        shape = ops.shape(inputs)
        amount = keras.random.uniform(
            (shape[0], 1), self.low, self.high, seed=self.seed_generator
        )
        uniform = keras.random.uniform(shape, seed=self.seed_generator)
        salt = ops.cast(uniform < amount * self.salt_vs_pepper, inputs.dtype)
        return ops.where(uniform < amount, salt, inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the input."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the configuration of the layer."""
        return {
            **super().get_config(),
            "low": self.low,
            "high": self.high,
            "salt_vs_pepper": self.salt_vs_pepper,
        }


@register
class RandomDeformation(layers.Layer):
    """Random shift, rotation, zoom and elastic deformation of each image.

    Each output pixel is interpolated at a position in the input given by an affine map
    plus a smooth random displacement field. Outside of its border, the image is 0. The
    layer is active in training only.

    Parameters
    ----------
    shift : float, default=0.0
        Maximum shift, as a fraction of height and width.
    rotation : float, default=0.0
        Maximum rotation, in degrees.
    zoom : float, default=0.0
        Maximum change of size, as a fraction, sampled separately for height and width.
    elastic : float, default=0.0
        Standard deviation of the displacements [1]_, as a fraction of height and width.
    order : {1, 3}, default=1
        Order of the interpolation. Linear interpolation (1) blurs; cubic interpolation
        (3) [2]_ keeps images sharp, and uses four times as many pixels.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.

    References
    ----------
    .. [1] Simard, Steinkraus and Platt (2003). Best practices for convolutional neural
       networks applied to visual document analysis. ICDAR.
    .. [2] Keys (1981). Cubic convolution interpolation for digital image processing.
       IEEE Transactions on Acoustics, Speech, and Signal Processing 29(6).
    """

    # Displacements are sampled on a grid of this many points a side, and interpolated.
    _GRID = 5

    def __init__(
        self,
        shift: float = 0.0,
        rotation: float = 0.0,
        zoom: float = 0.0,
        elastic: float = 0.0,
        order: float = 1,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.shift = shift
        self.rotation = rotation
        self.zoom = zoom
        self.elastic = elastic
        self.order = order
        self.seed_generator = keras.random.SeedGenerator(0)

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
        if self.order == 1:
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
        angle = self._uniform(n, self.rotation * np.pi / 180)
        scale_y, scale_x = (
            1 + self._uniform(n, self.zoom),
            1 + self._uniform(n, self.zoom),
        )
        displacement = self._sample_displacement(n, height, width)
        y = (rows * ops.cos(angle) - columns * ops.sin(angle)) / scale_y
        x = (rows * ops.sin(angle) + columns * ops.cos(angle)) / scale_x
        y += centre[0] + height * (self._uniform(n, self.shift) + displacement[..., 0])
        x += centre[1] + width * (self._uniform(n, self.shift) + displacement[..., 1])
        return y, x

    def _uniform(self, n: Any, maximum: float) -> Any:
        return keras.random.uniform(
            (n, 1, 1), -maximum, maximum, seed=self.seed_generator
        )

    def _sample_displacement(self, n: Any, height: int, width: int) -> Any:
        coarse = keras.random.normal(
            (n, self._GRID, self._GRID, 2),
            stddev=self.elastic,
            seed=self.seed_generator,
        )
        return ops.image.resize(coarse, (height, width), interpolation="bicubic")

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the input."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the configuration of the layer."""
        return {
            **super().get_config(),
            "shift": self.shift,
            "rotation": self.rotation,
            "zoom": self.zoom,
            "elastic": self.elastic,
            "order": self.order,
        }


class AdversarialShift(layers.Layer):
    """Adversarial perturbation of images, in training only.

    Each image moves by a step of fixed length against the gradient of the predicted
    class's log-probability [1]_. The true label is ignored, so that the perturbation
    does not reveal it [2]_.

    Parameters
    ----------
    network : keras.Model
        Maps rows of pixels to probabilities.
    length : float
        Euclidean length of the step, in units of the pixel range.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.

    References
    ----------
    .. [1] Goodfellow, Shlens and Szegedy (2015). Explaining and harnessing adversarial
       examples. ICLR. arXiv:1412.6572.
    .. [2] Kurakin, Goodfellow and Bengio (2017). Adversarial machine learning at scale.
       ICLR. arXiv:1611.01236; section 4.2.
    """

    def __init__(self, network: keras.Model, length: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.network = network
        self.length = length

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Perturb images in training, else return the inputs unchanged."""
        if not training:
            return inputs
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(inputs)
            confidence = ops.log(ops.max(self.network(inputs, training=False), axis=-1))
        step = tf.math.l2_normalize(tape.gradient(confidence, inputs), axis=-1)
        return inputs - self.length * tf.stop_gradient(step)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the input."""
        return input_shape


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


@register
class PixelStates(layers.Layer):
    """Channels {x, x <= 0, x >= 1, 0 < x < 1} of images (n, height, width, 1)."""

    def call(self, inputs: Any) -> Any:
        """Return a tensor of shape (n, height, width, 4)."""
        return pixel_states(ops, inputs)


@register
class KeepCertain(layers.Layer):
    """Noisy pixels where they lie strictly between 0 and 1, else denoised pixels."""

    def call(self, inputs: Any) -> Any:
        """Combine [noisy, denoised] into one tensor of the same shape."""
        return keep_certain(ops, *inputs)


@register
class HidePixels(layers.Layer):
    """Set all channels of hidden pixels to 0: in training a random quarter of them.

    Outside training, each image is repeated four times along the batch axis. Each copy
    hides every second pixel of every second row; together they hide each pixel once.
    """

    _SHARE = 0.25

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(0)

    def call(self, inputs: Any, training: bool = False) -> tuple[Any, Any]:
        """Return the masked inputs, and the mask: 1 for hidden pixels, else 0."""
        n = ops.shape(inputs)[0]
        height, width = inputs.shape[1:3]
        if training:
            uniform = keras.random.uniform(
                (n, height, width, 1), seed=self.seed_generator
            )
            hidden = ops.cast(uniform < self._SHARE, inputs.dtype)
        else:
            inputs = ops.concatenate([inputs] * 4)
            grids = ops.convert_to_tensor(hiding_grids(height, width), inputs.dtype)
            hidden = ops.repeat(grids, n, axis=0)
        return inputs * (1 - hidden), hidden


@register
class BlindSpot(layers.Layer):
    """Loss of a blind-spot network in training, else its denoised image.

    From the visible pixels, the network predicts the probabilities that a hidden pixel
    of the noisy image is 0, 1 or between, and its mean if between. Training maximizes
    the likelihood of the hidden pixels [1]_. The noise replaces each pixel
    independently, by 1 with probability a * s and by 0 with probability a * (1 - s).
    The clean pixel is therefore 1, given the other pixels, with probability
    ``(P(noisy is 1) - a * s) / (1 - a)``, and similarly for 0. Bayes' rule with the
    pixel's own noisy value then gives the mean of the clean pixel.

    Parameters
    ----------
    amount : float
        Probability a that a pixel was replaced, in [0, 1).
    salt_vs_pepper : float, default=0.5
        Probability s that a replaced pixel became 1, else 0.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.

    References
    ----------
    .. [1] Batson and Royer (2019). Noise2Self: blind denoising by self-supervision.
       ICML. arXiv:1901.11365.
    """

    def __init__(
        self, amount: float, salt_vs_pepper: float = 0.5, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.amount = amount
        self.salt_vs_pepper = salt_vs_pepper

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return the loss in training (nats), else clean pixels in [0, 1].

        Parameters
        ----------
        inputs : list of tensors
            States of the noisy pixels (n, height, width, 4), mask of hidden pixels
            (n or 4 n, height, width, 1) and outputs of the network
            (n or 4 n, height, width, 4).
        training : bool, default=False
            Whether the network is being trained.

        Returns
        -------
        outputs : tensor of shape (n, height, width, 1)
            Loss or pixels.
        """
        states, hidden, logits = inputs
        if training:
            loss = self._negative_log_likelihood(states, logits)
            return loss * hidden / HidePixels._SHARE
        parts = ops.split(hidden * logits, 4)
        logits = parts[0] + parts[1] + parts[2] + parts[3]
        return clean_pixels(ops, states, logits, self.amount, self.salt_vs_pepper)

    def _negative_log_likelihood(self, states: Any, logits: Any) -> Any:
        pixel, grey = states[..., :1], states[..., 3:]
        log_p = ops.log_softmax(logits[..., :3], axis=-1)
        of_state = -ops.sum(states[..., 1:] * log_p, axis=-1, keepdims=True)
        mean = logits[..., 3:]
        # Cross-entropy of the pixel and the sigmoid of its logit.
        of_value = ops.softplus(mean) - pixel * mean
        return of_state + grey * of_value

    def get_config(self) -> dict[str, Any]:
        """Return the configuration of the layer."""
        return {
            **super().get_config(),
            "amount": self.amount,
            "salt_vs_pepper": self.salt_vs_pepper,
        }
