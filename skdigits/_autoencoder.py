"""Denoising autoencoder for digit images."""

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import OneToOneFeatureMixin, TransformerMixin, _fit_context
from sklearn.utils import Tags, check_array
from sklearn.utils._param_validation import Interval

from skdigits._base import KerasEstimator, layer_sizes
from skdigits._hashing import row_hash
from skdigits._pixels import as_given
from skdigits._training import Objective, TrainingData


class DenoisingAutoencoder(OneToOneFeatureMixin, TransformerMixin, KerasEstimator):
    """Dense autoencoder that takes salt-and-pepper noise out of digit images.

    It is fitted on clean pictures, which it corrupts itself, anew in each epoch, and
    learns to give back the clean ones [1]_. `transform` denoises; `encode` and
    `decode` reach the latent space in the middle.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default=(128,)
        Units of the encoder's hidden layers; the decoder has them in reverse.

    latent_size : int, default=96
        Units of the code in the middle.

    noise_amount : float, default=0.4
        Probability that a pixel is replaced while training, in [0, 1]; 0 gives a
        plain autoencoder.

    salt_vs_pepper : float, default=0.5
        Probability that a replaced pixel becomes salt (1) and not pepper (0).

    activation : {"elu", "gelu", "relu", "selu", "sigmoid", "silu", "tanh"}, \
default="relu"
        Activation of the hidden layers and the code.

    epochs : int, default=20
        Passes over the training pictures.

    batch_size : int, default=128
        Pictures per gradient step.

    learning_rate : float, default=0.001
        Step size of Adam, > 0.

    callbacks : list of keras.callbacks.Callback or None, default=None
        Callbacks, copied for each `fit`.

    image_shape : tuple of int or None, default=None
        Height and width of the pictures in pixels. None takes it from a stack of
        pictures, else assumes a square, else one row.

    random_state : int, RandomState instance or None, default=None
        Seed of weights, noise and order of the pictures. The same integer gives the
        same network.

    verbose : int, default=0
        Whether to write a line per epoch.

    Attributes
    ----------
    n_features_in_ : int
        Number of pixels in a picture.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns, where `fit` was given a dataframe with string names.

    image_shape_ : tuple of int
        Height and width of the pictures in pixels.

    weights_ : list of ndarray
        Kernel and bias of each layer, encoder first, float32.

    history_ : dict of str to list of float
        ``"loss"``, one entry per epoch.

    loss_curve_ : list of float
        ``history_["loss"]``: mean binary cross-entropy per pixel, in nats.

    n_iter_ : int
        Number of epochs trained.

    n_parameters_ : int
        Number of weights and biases.

    network_ : keras.Model
        The trained network, rebuilt from `weights_` when first asked for.

    Warns
    -----
    PixelRangeWarning
        If floating-point pixels lie outside [0, 1].

    See Also
    --------
    SaltPepperNoise : The noise that this takes out.
    sklearn.frozen.FrozenEstimator : Keeps a denoiser that was fitted on clean pictures
        as it is when a pipeline is fitted on noisy ones.

    Notes
    -----
    Minimizes the binary cross-entropy ``-(x * log(z) + (1 - x) * log(1 - z))``,
    averaged over the pixels x in [0, 1] of the clean pictures and the outputs z for
    their noisy versions. The default is the network 784-128-96-128-784 of the lab on
    MNIST that this package grew from.

    References
    ----------
    .. [1] Vincent et al. (2008). Extracting and composing robust features with
       denoising autoencoders. ICML.

    Examples
    --------
    >>> from skdigits import DenoisingAutoencoder, SaltPepperNoise
    >>> from skdigits.datasets import load_small_digits
    >>> clean = load_small_digits().images
    >>> denoiser = DenoisingAutoencoder(noise_amount=0.2, random_state=0).fit(clean)
    >>> noisy = SaltPepperNoise(0.2, random_state=0).fit_transform(clean)
    >>> denoised = denoiser.transform(noisy)
    >>> bool(((denoised - clean) ** 2).mean() < ((noisy - clean) ** 2).mean() / 2)
    True
    >>> denoiser.encode(noisy).shape
    (1797, 96)
    """

    _objective = Objective("BinaryCrossentropy")
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **KerasEstimator._parameter_constraints,
        "hidden_layer_sizes": ["array-like", Integral],
        "latent_size": [Interval(Integral, 1, None, closed="left")],
        "noise_amount": [Interval(Real, 0, 1, closed="both")],
        "salt_vs_pepper": [Interval(Real, 0, 1, closed="both")],
    }

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (128,),
        *,
        latent_size: int = 96,
        noise_amount: float = 0.4,
        salt_vs_pepper: float = 0.5,
        activation: str = "relu",
        epochs: int = 20,
        batch_size: int = 128,
        learning_rate: float = 1e-3,
        callbacks: Sequence[Any] | None = None,
        image_shape: tuple[int, int] | None = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: int = 0,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.latent_size = latent_size
        self.noise_amount = noise_amount
        self.salt_vs_pepper = salt_vs_pepper
        self.activation = activation
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.callbacks = callbacks
        self.image_shape = image_shape
        self.random_state = random_state
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Train the network from scratch on clean pictures.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Clean pictures, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in
            an axis of length 1.
        y : None
            Ignored.

        Returns
        -------
        self : DenoisingAutoencoder
            The fitted transformer.

        Raises
        ------
        ValueError
            If `X` holds NaN or infinity or no pictures, or `image_shape` does not fit.
        """
        rows, _, _ = self._validated(X, reset=True)
        data = TrainingData(rows, rows, np.argsort(row_hash(rows)))
        self._train(data, seed=self._draw_seed())
        return self

    def transform(self, X: ArrayLike) -> NDArray[np.float32]:
        """Denoise pictures.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Noisy pictures, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in
            an axis of length 1.

        Returns
        -------
        X_denoised : ndarray of the shape of `X`
            Pixels in [0, 1], float32.
        """
        trained = self._trained_network()
        rows, _, stack_shape = self._validated(X, reset=False)
        return as_given(self, trained.predict(rows), stack_shape)

    def encode(self, X: ArrayLike) -> NDArray[np.float32]:
        """Return the codes of pictures in the latent space.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Pictures, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in an
            axis of length 1.

        Returns
        -------
        codes : ndarray of shape (n_samples, latent_size)
            Outputs of the middle layer, float32.
        """
        trained = self._trained_network()
        rows, _, _ = self._validated(X, reset=False)
        return trained.predict(rows, part="encoder")

    def decode(self, codes: ArrayLike) -> NDArray[np.float32]:
        """Return the pictures that belong to codes.

        Parameters
        ----------
        codes : array-like of shape (n_samples, latent_size)
            Points in the latent space.

        Returns
        -------
        X : ndarray of shape (n_samples, n_features)
            Pixels in [0, 1], float32.
        """
        trained = self._trained_network()
        name = type(self).__name__
        points = check_array(
            codes, dtype=np.float32, input_name="codes", estimator=name
        )
        latent_size = self._network_settings[1]["latent_size"]
        if points.shape[1] != latent_size:
            raise ValueError(
                f"{name}: codes have {points.shape[1]} components, but the latent "
                f"space has {latent_size}."
            )
        return trained.predict(points, part="decoder")

    def _architecture(self) -> tuple[str, dict[str, Any]]:
        return "dense_autoencoder", {
            "image_shape": self.image_shape_,
            "hidden_layer_sizes": layer_sizes(
                self.hidden_layer_sizes, "hidden_layer_sizes", type(self).__name__
            ),
            "latent_size": int(self.latent_size),
            "activation": self.activation,
            "noise_amount": float(self.noise_amount),
            "salt_vs_pepper": float(self.salt_vs_pepper),
        }

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags
