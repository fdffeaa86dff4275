"""Keras layers of a conditional variational autoencoder."""

from typing import Any

import keras
from keras import layers, ops

from skdigits.networks._formulas import bounded_log_variance

registered = keras.saving.register_keras_serializable("skdigits")

_EPSILON = 1e-7


@registered
class PixelsAndLabel(layers.Layer):
    """Take rows apart into pixels and the one-hot label behind them.

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
        """Return what rebuilds the layer."""
        return {**super().get_config(), "n_pixels": self.n_pixels}


@registered
class BoundedLogVariance(layers.Layer):
    """Of [mean, logarithm of the variance], bound the second half smoothly.

    Parameters
    ----------
    latent_size : int
        Length of each half.
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
        """Return what rebuilds the layer."""
        return {**super().get_config(), "latent_size": self.latent_size}


@registered
class SampledLatent(layers.Layer):
    """Draw codes from normal distributions in training; otherwise take their means."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(0)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return codes (n, size) for [mean, logarithm of variance] (n, 2 * size)."""
        mean, log_variance = ops.split(inputs, 2, axis=-1)
        if not training:
            return mean
        noise = keras.random.normal(ops.shape(mean), seed=self.seed_generator)
        return mean + ops.exp(log_variance / 2) * noise


@registered
class EvidenceBound(layers.Layer):
    """The loss of a variational autoencoder in training, otherwise its pictures.

    The loss is the cross-entropy of true and drawn pixels plus `weight` times the
    Kullback-Leibler divergence of the codes' distribution from the standard normal
    one, divided by the number of pixels: with ``weight=1`` the negative evidence lower
    bound [1]_.

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
        """Return nats per pixel in training, else drawn pixels, (n, n_pixels) both.

        Parameters
        ----------
        inputs : list of tensors
            True pixels and drawn pixels (n, n_pixels), and the encoder's
            [mean, logarithm of variance] (n, 2 * size).
        training : bool, default=False
            Whether the network is being trained.

        Returns
        -------
        outputs : tensor of shape (n, n_pixels)
            Loss or pixels.
        """
        pixels, drawn, parameters = inputs
        if not training:
            return drawn
        drawn = ops.clip(drawn, _EPSILON, 1 - _EPSILON)
        surprise = -pixels * ops.log(drawn) - (1 - pixels) * ops.log(1 - drawn)
        mean, log_variance = ops.split(parameters, 2, axis=-1)
        divergence = ops.mean(
            ops.square(mean) + ops.exp(log_variance) - 1 - log_variance, axis=-1
        ) * (mean.shape[-1] / 2)
        return surprise + self.weight * divergence[:, None] / pixels.shape[-1]

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {**super().get_config(), "weight": self.weight}
