"""Keras layers of a conditional variational autoencoder."""

from typing import Any

import keras
from keras import layers, ops

from skdigits.networks._formulas import bounded_log_variance

register = keras.saving.register_keras_serializable("skdigits")

_EPSILON = 1e-7


@register
class PixelsAndLabel(layers.Layer):
    """Split rows into pixels and one-hot label.

    Parameters
    ----------
    n_pixels : int
        Number of pixels.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.
    """

    def __init__(self, n_pixels: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n_pixels = n_pixels

    def call(self, inputs: Any) -> tuple[Any, Any]:
        """Return tensors (n, n_pixels) and (n, n_classes)."""
        return inputs[:, : self.n_pixels], inputs[:, self.n_pixels :]

    def get_config(self) -> dict[str, Any]:
        """Return the configuration of the layer."""
        return {**super().get_config(), "n_pixels": self.n_pixels}


@register
class BoundedLogVariance(layers.Layer):
    """Smooth bound of the log-variance in [mean, log-variance].

    Parameters
    ----------
    latent_size : int
        Number of components of a latent vector, half the length of the input.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.
    """

    def __init__(self, latent_size: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.latent_size = latent_size

    def call(self, inputs: Any) -> Any:
        """Return a tensor of the shape of the input."""
        return bounded_log_variance(ops, inputs, self.latent_size)

    def get_config(self) -> dict[str, Any]:
        """Return the configuration of the layer."""
        return {**super().get_config(), "latent_size": self.latent_size}


@register
class SampledLatent(layers.Layer):
    """Sample latent vectors from normal distributions in training, else the means."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(0)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return latent vectors (n, size) for [mean, log-variance] (n, 2 * size)."""
        mean, log_variance = ops.split(inputs, 2, axis=-1)
        if not training:
            return mean
        noise = keras.random.normal(ops.shape(mean), seed=self.seed_generator)
        return mean + ops.exp(log_variance / 2) * noise


@register
class EvidenceBound(layers.Layer):
    """Loss of a variational autoencoder in training, else its reconstructed images.

    The loss is the cross-entropy of input and reconstructed pixels, plus `weight` times
    the Kullback-Leibler divergence of the latent distribution from the standard normal
    distribution, divided by the number of pixels. With ``weight=1`` it is the negative
    evidence lower bound [1]_.

    Parameters
    ----------
    weight : float, default=1.0
        Weight of the divergence [2]_.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.

    References
    ----------
    .. [1] Kingma and Welling (2014). Auto-encoding variational Bayes. ICLR.
       arXiv:1312.6114; equation 10.
    .. [2] Higgins et al. (2017). beta-VAE: learning basic visual concepts with a
       constrained variational framework. ICLR.
    """

    def __init__(self, weight: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.weight = weight

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return the loss in training (nats per pixel), else reconstructed pixels.

        Parameters
        ----------
        inputs : list of tensors
            Input pixels and reconstructed pixels (n, n_pixels), and the output of the
            encoder, [mean, log-variance] (n, 2 * size).
        training : bool, default=False
            Whether the network is being trained.

        Returns
        -------
        outputs : tensor of shape (n, n_pixels)
            Loss or pixels.
        """
        pixels, reconstructed, parameters = inputs
        if not training:
            return reconstructed
        p = ops.clip(reconstructed, _EPSILON, 1 - _EPSILON)
        cross_entropy = -pixels * ops.log(p) - (1 - pixels) * ops.log(1 - p)
        mean, log_variance = ops.split(parameters, 2, axis=-1)
        divergence = ops.mean(
            ops.square(mean) + ops.exp(log_variance) - 1 - log_variance, axis=-1
        ) * (mean.shape[-1] / 2)
        return cross_entropy + self.weight * divergence[:, None] / pixels.shape[-1]

    def get_config(self) -> dict[str, Any]:
        """Return the configuration of the layer."""
        return {**super().get_config(), "weight": self.weight}
