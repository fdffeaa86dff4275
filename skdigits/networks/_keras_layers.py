"""Custom Keras layers: noise, masks, latent vectors and adversarial perturbation."""

from typing import Any, ClassVar

import keras
import tensorflow as tf
from keras import layers, ops

from skdigits.networks import _composites, _layers
from skdigits.networks._formulas import clean_pixels, hiding_grids, keep_certain

register = keras.saving.register_keras_serializable("skdigits")

# Fraction of the pixels hidden in training with a blind spot.
_HIDDEN = 0.25
# Probabilities stay this far from 0 and 1 in logarithms.
_EPSILON = 1e-7


@register
class SharedL2(keras.regularizers.Regularizer):
    """Keras's L2 penalty with a variable factor, in fewer passes over the weights.

    A file of a network that has it holds Keras's own penalty.
    """

    def __init__(self) -> None:
        # A variable, so that another factor needs no other graph.
        self.alpha = keras.Variable(0.0, dtype="float32", trainable=False)

    def __call__(self, x: Any) -> tf.Tensor:
        # TensorFlow's l2_loss is half the sum of squares.
        return 2 * self.alpha.value * tf.nn.l2_loss(x)

    def get_config(self) -> dict[str, float]:
        return {"l2": float(self.alpha)}

    @classmethod
    def from_config(cls, config: dict[str, float]) -> keras.regularizers.Regularizer:
        return keras.regularizers.L2(**config)


class RecordLayer(layers.Layer):
    """Base class for Keras layers with the sizes of a layer record.

    Parameters
    ----------
    name : str, default=None
        Name of the layer.
    trainable, dtype
        Arguments of `keras.layers.Layer`.
    **sizes : dict
        Fields of the record, which is of the class of the same name.
    """

    record_class: ClassVar[str] = ""  # if not the class's own name
    is_random: ClassVar[bool] = False

    def __init__(
        self,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
        **sizes: Any,
    ) -> None:
        super().__init__(name=name, trainable=trainable, dtype=dtype)
        kind = self.record_class or type(self).__name__
        if hasattr(_composites, kind):
            sizes["layers"] = ()
            self.record = getattr(_composites, kind)(self.name, **sizes)
        else:
            self.record = getattr(_layers, kind)(self.name, **sizes)
        if self.is_random:
            self.seed_generator = keras.random.SeedGenerator(0)

    def uniform(self, shape: Any, low: float = 0.0, high: float = 1.0) -> Any:
        """Sample from the uniform distribution, with the layer's own generator."""
        return keras.random.uniform(
            shape, low, high, dtype="float32", seed=self.seed_generator
        )

    def normal(self, shape: Any, stddev: float = 1.0) -> Any:
        """Sample from the normal distribution, with the layer's own generator."""
        return keras.random.normal(
            shape, stddev=stddev, dtype="float32", seed=self.seed_generator
        )

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return what the record computes in prediction."""
        return self.record.step(ops, iter(()))(inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the record's output."""
        return (input_shape[0], *self.record.output_shape(tuple(input_shape[1:])))

    def get_config(self) -> dict[str, Any]:
        """Return the configuration of the layer."""
        return {**super().get_config(), **self.record.sizes()}


@register
class SaltPepper(RecordLayer):
    """See `skdigits.networks._layers.SaltPepper`."""

    is_random = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Add noise in training, else return the inputs unchanged."""
        noise = self.record
        if not training or noise.high == 0:
            return inputs
        shape = ops.shape(inputs)
        one_per_image = (shape[0], *[1] * (len(inputs.shape) - 1))
        amount = self.uniform(one_per_image, noise.low, noise.high)
        uniform = self.uniform(shape)
        salt = ops.cast(uniform < amount * noise.salt_vs_pepper, inputs.dtype)
        return ops.where(uniform < amount, salt, inputs)


@register
class PixelStates(RecordLayer):
    """See `skdigits.networks._layers.PixelStates`."""


@register
class BoundedLogVariance(RecordLayer):
    """See `skdigits.networks._layers.BoundedLogVariance`."""


@register
class KeepCertain(RecordLayer):
    """See `skdigits.networks._composites.KeepCertain`."""

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Combine [denoised, noisy] into one tensor of the same shape."""
        return keep_certain(ops, *inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of both inputs."""
        return input_shape[0]


@register
class HidePixels(layers.Layer):
    """Set all channels of hidden pixels to 0: in training a random quarter of them.

    Outside training, each image is repeated four times along the batch axis. Each copy
    hides every second pixel of every second row; together they hide each pixel once.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(0)

    def call(self, inputs: Any, training: bool = False) -> tuple[Any, Any]:
        """Return the masked inputs, and the mask: 1 for hidden pixels, else 0."""
        n = ops.shape(inputs)[0]
        height, width = inputs.shape[1:3]
        if training:
            shape = (n, height, width, 1)
            uniform = keras.random.uniform(
                shape, dtype="float32", seed=self.seed_generator
            )
            hidden = ops.cast(uniform < _HIDDEN, inputs.dtype)
        else:
            inputs = ops.concatenate([inputs] * 4)
            grids = ops.convert_to_tensor(hiding_grids(height, width), inputs.dtype)
            hidden = ops.repeat(grids, n, axis=0)
        return inputs * (1 - hidden), hidden


@register
class BlindSpot(RecordLayer):
    """See `skdigits.networks._composites.BlindSpot`."""

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
            return _negative_log_likelihood(states, logits) * hidden / _HIDDEN
        parts = ops.split(hidden * logits, 4)
        logits = parts[0] + parts[1] + parts[2] + parts[3]
        noise = self.record
        return clean_pixels(ops, states, logits, noise.amount, noise.salt_vs_pepper)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of one channel."""
        return (*input_shape[0][:3], 1)


@register
class SampledLatent(RecordLayer):
    """Sample latent vectors in training, else take the means; append the labels."""

    record_class = "Variational"
    is_random = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return latent vectors and labels (n, latent_size + n_classes).

        The inputs are the network's input (n, n_pixels + n_classes) and the output of
        the encoder, [mean, log-variance] (n, 2 * latent_size).
        """
        x, parameters = inputs
        latent, log_variance = ops.split(parameters, 2, axis=-1)
        if training:
            latent += ops.exp(log_variance / 2) * self.normal(ops.shape(latent))
        return ops.concatenate([latent, x[:, self.record.n_pixels :]], axis=-1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of latent vectors with labels."""
        n, n_inputs = input_shape[0]
        record = self.record
        return (n, n_inputs - record.n_pixels + record.latent_size)


@register
class Variational(RecordLayer):
    """See `skdigits.networks._composites.Variational`."""

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return the loss in training (nats per pixel), else reconstructed pixels.

        Parameters
        ----------
        inputs : list of tensors
            The network's input (n, n_pixels + n_classes), reconstructed pixels
            (n, n_pixels), and the output of the encoder, [mean, log-variance]
            (n, 2 * latent_size).
        training : bool, default=False
            Whether the network is being trained.

        Returns
        -------
        outputs : tensor of shape (n, n_pixels)
            Loss or pixels.
        """
        x, reconstructed, parameters = inputs
        if not training:
            return reconstructed
        n_pixels, latent_size = self.record.n_pixels, self.record.latent_size
        pixels = x[:, :n_pixels]
        p = ops.clip(reconstructed, _EPSILON, 1 - _EPSILON)
        cross_entropy = -pixels * ops.log(p) - (1 - pixels) * ops.log(1 - p)
        mean, log_variance = ops.split(parameters, 2, axis=-1)
        divergence = ops.mean(
            ops.square(mean) + ops.exp(log_variance) - 1 - log_variance, axis=-1
        ) * (latent_size / 2)
        return cross_entropy + self.record.beta * divergence[:, None] / n_pixels

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the reconstructed pixels."""
        return input_shape[1]


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


def _negative_log_likelihood(states: Any, logits: Any) -> Any:
    pixel, grey = states[..., :1], states[..., 3:]
    log_p = ops.log_softmax(logits[..., :3], axis=-1)
    of_state = -ops.sum(states[..., 1:] * log_p, axis=-1, keepdims=True)
    mean = logits[..., 3:]
    # Cross-entropy of the pixel and the sigmoid of its logit.
    of_value = ops.softplus(mean) - pixel * mean
    return of_state + grey * of_value
