"""Denoising autoencoder for digit images."""

import math
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import OneToOneFeatureMixin, TransformerMixin
from sklearn.utils import Tags, check_array
from sklearn.utils._param_validation import Interval, StrOptions

from skdigits._base import (
    IMAGE_DTYPES,
    NOISE_CONSTRAINTS,
    KerasEstimator,
    layer_sizes,
    noise_by_epoch,
    noise_in_graph,
)
from skdigits._base._available import available_if
from skdigits._images import (
    hash_rows,
    mean_psnr,
    restore_shape,
    to_unit_range,
    validate_targets,
)
from skdigits._training import Objective, TrainingData, fit_method
from skdigits.corruptions._constraints import Fraction
from skdigits.corruptions._salt_pepper import add_salt_pepper, noise_range
from skdigits.networks._architectures import (
    Architecture,
    BlindSpotUNet,
    DenseAutoencoder,
    UNet,
)

# At least this fraction of the pixels is never white in clean images.
_DARK_QUANTILE = 0.1
_LARGEST_ESTIMATE = 0.99
# Default range of the noise amount in training.
_AMOUNTS = (0.0, 0.9)
# Pixels of a pair that differ by no more are equal: one image may be rounded to uint8.
_ROUNDING = 0.002
# Amount of noise that `score` adds: the same for all, so that scores are comparable.
_SCORED_AMOUNTS = (0.4, 0.4)


def _check_latent_space(estimator: "DenoisingAutoencoder") -> None:
    """Raise AttributeError if `encode` and `decode` do not exist."""
    # Parameters set after a fit do not change the fitted network.
    fitted, _ = getattr(estimator, "_network_settings", (None, None))
    if fitted == DenseAutoencoder.function or (
        fitted is None and estimator.architecture == "dense"
    ):
        return
    raise AttributeError(
        f"A U-Net has no latent space: {type(estimator).__name__} must be fitted with "
        "architecture='dense' to encode and decode."
    )


class DenoisingAutoencoder(OneToOneFeatureMixin, TransformerMixin, KerasEstimator):
    """Autoencoder that removes noise from digit images.

    With clean training images, `fit` adds new noise in each epoch, by default salt and
    pepper, and trains the network to reconstruct the clean images [1]_. With pairs of
    noisy and clean images, ``fit(X_noisy, X_clean)``, it learns to remove their noise,
    of any kind. With ``supervision="noisy"`` it learns from noisy images alone, for
    example after a noisy step of a pipeline. `transform` denoises; with
    ``architecture="dense"``, `encode` and `decode` map images to latent vectors and
    back.

    Parameters
    ----------
    architecture : {"unet", "dense"}, default="unet"
        ``"unet"``, convolutions at several resolutions with skip connections [2]_,
        denoises best; ``"dense"``, dense layers with a bottleneck, has a latent space.

    supervision : {"clean", "noisy"}, default="clean"
        Whether the images passed to `fit` are clean, or noisy (``"unet"`` only). Pairs
        are clean supervision.

    noise : transformer, list of transformers, "any" or None, default=None
        Noise that is added to clean training images, sampled anew in each epoch. From a
        list, each image draws one transformer, such as those of
        :mod:`skdigits.corruptions`, which needs no fit or is fitted. Their
        `random_state` is not used. ``"any"`` means
        :func:`~skdigits.corruptions.any_noise`. None means salt-and-pepper noise of
        `noise_amount`. Unused with pairs.

    noise_amount : float, tuple (low, high) or None, default=None
        Probability that a pixel is replaced by noise, in [0, 1]. With clean
        supervision: of the noise added in training; from a range, an amount is sampled
        for each image; None means (0, 0.9). With noisy supervision: of the noise in the
        training images, below 1; None estimates it. Unused with pairs or `noise`.

    salt_vs_pepper : float, default=0.5
        Probability that a replaced pixel becomes salt (1) and not pepper (0). Unused
        with pairs or `noise`.

    filters : sequence of int, default=(32, 64)
        Channels at each level of the U-Net. The first level has half the resolution of
        the images, each further level half of the previous one.

    hidden_layer_sizes : int or sequence of int, default=(128,)
        Units of the dense encoder's hidden layers; the decoder reverses their order.

    latent_size : int, default=96
        Number of components of a latent vector of the dense network.

    activation : {"elu", "gelu", "relu", "selu", "sigmoid", "silu", "tanh"}, \
default="relu"
        Activation of the hidden layers and the latent vectors.

    epochs : int or "auto", default="auto"
        Passes over the training images. "auto" means 5 for the U-Net and 6 for the
        dense network, or as many as make 1,000 gradient steps if there are few images.

    batch_size : int or "auto", default="auto"
        Images per gradient step. "auto" means 64, or less if there are few images: the
        power of two that makes about 16 steps per epoch, but at least 16.

    learning_rate : float or "auto", default="auto"
        Maximum learning rate of Adam, > 0. "auto" means 0.015 for the U-Net, 0.003 for
        the dense network.

    learning_rate_schedule : {"one_cycle", "cosine", "constant"}, default="one_cycle"
        Learning rate over the fit: ``"one_cycle"`` increases, then decreases it;
        ``"cosine"`` only decreases it.

    warm_start : bool, default=False
        Whether `fit` resumes training from the previous fit, optimizer state included,
        for `epochs` more epochs.

    memory : str, os.PathLike, joblib.Memory or None, default=None
        Cache folder. A fit with the same images, parameters and integer `random_state`
        is loaded from the cache instead of trained again, also by other processes and
        after a crash. If the folder is not writable, a
        :class:`~skdigits.exceptions.MemoryFolderWarning` is issued and training
        continues. Fits with `callbacks` are not cached.

    callbacks : list of keras.callbacks.Callback or None, default=None
        Callbacks of the training. `fit` calls these objects; `sklearn.base.clone`
        copies them, and with it each fold of a search has its own.

    image_shape : tuple of int or None, default=None
        Height and width of the images in pixels. None infers it: from a stack of
        images, else a square, else a single row.

    random_state : int, RandomState instance or None, default=None
        Seed of the initial weights, the noise and the order of the images. The same
        integer gives the same network.

    verbose : int, default=0
        Whether to show progress on standard output: a progress bar in a terminal or
        notebook, else one line per epoch.

    Attributes
    ----------
    n_features_in_ : int
        Number of pixels per image.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, if `fit` received a dataframe with string column names.

    image_shape_ : tuple of int
        Height and width of the images in pixels.

    weights_ : list of ndarray
        Kernel and bias of each layer, encoder first, float32.

    history_ : dict of str to list of float
        ``"loss"``, one entry per epoch.

    loss_curve_ : list of float
        ``history_["loss"]``, in nats; see Notes.

    noise_amount_ : float or tuple of float
        Amount of noise in the noisy training images (given or estimated), or range of
        the amounts of salt and pepper added in training, (0, 0) with pairs or other
        noise.

    n_iter_ : int
        Number of epochs trained.

    n_parameters_ : int
        Number of weights and biases.

    network_ : keras.Model
        The trained network, rebuilt from `weights_` on first access.

    Warns
    -----
    PixelRangeWarning
        If floating-point pixels lie outside [0, 1], or all ``uint8`` pixels are below
        17.

    ConvergenceWarning
        If the training ends with a loss far above that of an untrained network.

    See Also
    --------
    SaltPepperNoise : Adds the noise.
    sklearn.frozen.FrozenEstimator : Keeps a denoiser fitted on clean images unchanged
        when a pipeline is fitted on noisy ones.

    Notes
    -----
    With clean supervision, training minimizes the binary cross-entropy
    ``-(x * log(z) + (1 - x) * log(1 - z))``, averaged over the pixels x in [0, 1] of
    the clean images and the outputs z for their noisy versions.

    The U-Net copies pixels strictly between 0 and 1, which cannot be salt or pepper.
    In grey images such as MNIST's these are most pixels of a digit, and nearly all
    pixels at 1 are noise. In black-and-white images no pixel is certain, and denoising
    is less accurate. A U-Net fitted with other noise copies no pixel, one fitted on
    pairs does so only if their noise did not change any of these.

    With noisy supervision the network never sees the pixel that it predicts. Training
    hides a quarter of the pixels and maximizes the likelihood of their noisy values
    given the others [3]_, in nats per hidden pixel. The noise replaces each pixel
    independently with probability a, by 1 with probability s, else by 0. A noisy pixel
    is therefore 1 with probability ``(1 - a) * P(clean is 1) + a * s``, and similarly
    for 0. Solving for the clean pixel, and applying Bayes' rule with its own noisy
    value, gives the mean that `transform` returns, computed in four passes that
    together hide each pixel once. The estimate of a assumes that some pixels, such as
    those in the corners, are never white in clean images.

    ``DenoisingAutoencoder("dense", noise_amount=0.4)`` is the network
    784-128-96-128-784 of the MNIST lab that this package grew from.

    References
    ----------
    .. [1] Vincent et al. (2008). Extracting and composing robust features with
       denoising autoencoders. ICML.
    .. [2] Ronneberger, Fischer and Brox (2015). U-Net: convolutional networks for
       biomedical image segmentation. MICCAI. arXiv:1505.04597.
    .. [3] Batson and Royer (2019). Noise2Self: blind denoising by self-supervision.
       ICML. arXiv:1901.11365.

    Examples
    --------
    >>> from skdigits import DenoisingAutoencoder, SaltPepperNoise
    >>> from skdigits.datasets import load_small_digits
    >>> clean = load_small_digits().images
    >>> denoiser = DenoisingAutoencoder(filters=(8,), epochs=5, random_state=0)
    >>> noisy = SaltPepperNoise(0.2, random_state=0).fit_transform(clean)
    >>> denoised = denoiser.fit(clean).transform(noisy)
    >>> bool(((denoised - clean) ** 2).mean() < ((noisy - clean) ** 2).mean() / 2)
    True
    >>> dense = DenoisingAutoencoder("dense", latent_size=12, random_state=0).fit(clean)
    >>> dense.encode(noisy).shape
    (1797, 12)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **KerasEstimator._parameter_constraints,
        "architecture": [StrOptions({"unet", "dense"})],
        "supervision": [StrOptions({"clean", "noisy"})],
        "noise": [*NOISE_CONSTRAINTS, None],
        "noise_amount": [Fraction(), tuple, list, None],
        "salt_vs_pepper": [Fraction()],
        "filters": ["array-like"],
        "hidden_layer_sizes": ["array-like", Integral],
        "latent_size": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [
            StrOptions({"auto"}),
            *KerasEstimator._parameter_constraints["learning_rate"],
        ],
    }

    _largest_batch_size = 64

    def __init__(
        self,
        architecture: str = "unet",
        *,
        supervision: str = "clean",
        noise: Any = None,
        noise_amount: float | tuple[float, float] | None = None,
        salt_vs_pepper: float = 0.5,
        filters: Sequence[int] = (32, 64),
        hidden_layer_sizes: int | Sequence[int] = (128,),
        latent_size: int = 96,
        activation: str = "relu",
        epochs: int | str = "auto",
        batch_size: int | str = "auto",
        learning_rate: float | str = "auto",
        learning_rate_schedule: str = "one_cycle",
        warm_start: bool = False,
        memory: Any = None,
        callbacks: Sequence[Any] | None = None,
        image_shape: tuple[int, int] | None = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: int = 0,
    ) -> None:
        self.architecture = architecture
        self.supervision = supervision
        self.noise = noise
        self.noise_amount = noise_amount
        self.salt_vs_pepper = salt_vs_pepper
        self.filters = filters
        self.hidden_layer_sizes = hidden_layer_sizes
        self.latent_size = latent_size
        self.activation = activation
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_schedule = learning_rate_schedule
        self.warm_start = warm_start
        self.memory = memory
        self.callbacks = callbacks
        self.image_shape = image_shape
        self.random_state = random_state
        self.verbose = verbose

    @fit_method
    def fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Train the network, from scratch unless `warm_start` is set.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in an axis
            of length 1. Noisy if `y` or `supervision` says so, else clean.
        y : array-like of the shape of `X`, default=None
            Clean images. Labels, of shape (n_samples,) or (n_samples, 1), are ignored.

        Returns
        -------
        self : DenoisingAutoencoder
            The fitted transformer.

        Raises
        ------
        ValueError
            If `X` has NaN or infinity or no images, `image_shape` does not match,
            `noise_amount` or `supervision` contradicts other parameters or `y`, `y`
            does not match `X`, or the training diverges.
        """
        data = self._training_data(X, y, first=not self._resumes())
        self._train(data, seed=self._sample_seed())
        return self

    @fit_method
    def partial_fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Train for one epoch on these images, continuing with the optimizer's state.

        The learning rate is constant. The first call starts from scratch and, with
        ``supervision="noisy"``, estimates the amount of noise.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in an axis
            of length 1. Noisy if `y` or `supervision` says so, else clean.
        y : array-like of the shape of `X`, default=None
            Clean images. Labels, of shape (n_samples,) or (n_samples, 1), are ignored.

        Returns
        -------
        self : DenoisingAutoencoder
            The transformer itself.
        """
        data = self._training_data(X, y, first=not self._is_fitted())
        self._train_one_epoch(data, seed=self._sample_seed())
        return self

    def transform(self, X: ArrayLike) -> NDArray[np.float32]:
        """Denoise images.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Noisy images, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in
            an axis of length 1.

        Returns
        -------
        X_denoised : ndarray of the shape of `X`
            Pixels in [0, 1], float32.
        """
        trained = self._trained_network()
        images, _, stack_shape = self._validate(X, reset=False)
        return restore_shape(self, trained.predict(images), stack_shape)

    def score(self, X: ArrayLike, y: Any = None) -> float:
        """Return the peak signal-to-noise ratio (PSNR) of denoised images.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Noisy images if `y` holds clean ones. Otherwise clean images, which are
            denoised after noise was added as by ``SaltPepperNoise(0.4,
            random_state=0)``, whatever noise the network was trained with.
        y : array-like of the shape of `X`, default=None
            Clean images. Labels, of shape (n_samples,) or (n_samples, 1), are ignored.

        Returns
        -------
        psnr : float
            Mean over the images of ``-10 * log10(e)``, in dB, where e is the mean
            squared error of an image's denoised pixels in [0, 1]. Errors below those of
            rounding to 8 bits count as such: no image has more than 58.9 dB.

        Raises
        ------
        ValueError
            If `y` does not match `X`, or is missing with ``supervision="noisy"``.
        """
        trained = self._trained_network()
        noisy, _, _ = self._validate(X, reset=False)
        clean = self._clean_images(noisy, y)
        if clean is None:
            if trained.architecture.function == BlindSpotUNet.function:
                raise ValueError(
                    f"{type(self).__name__}: fitted on noisy images alone, so score "
                    "needs clean images as y."
                )
            clean = noisy
            noisy = add_salt_pepper(clean, _SCORED_AMOUNTS, salt_vs_pepper=0.5, seed=0)
        return mean_psnr(to_unit_range(clean), trained.predict(noisy))

    @available_if(_check_latent_space)
    def encode(self, X: ArrayLike) -> NDArray[np.float32]:
        """Map images to the latent space.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in an
            axis of length 1.

        Returns
        -------
        latent : ndarray of shape (n_samples, latent_size)
            Latent vectors, the outputs of the middle layer, float32.
        """
        trained = self._trained_network()
        images, _, _ = self._validate(X, reset=False)
        return trained.predict(images, part="encoder")

    @available_if(_check_latent_space)
    def decode(self, codes: ArrayLike) -> NDArray[np.float32]:
        """Map latent vectors to images.

        Parameters
        ----------
        codes : array-like of shape (n_samples, latent_size)
            Latent vectors.

        Returns
        -------
        X : ndarray of shape (n_samples, n_features)
            Pixels in [0, 1], float32.
        """
        trained = self._trained_network()
        name = type(self).__name__
        vectors = check_array(
            codes, dtype=np.float32, input_name="codes", estimator=name
        )
        latent_size = self._network_settings[1]["latent_size"]
        if vectors.shape[1] != latent_size:
            raise ValueError(
                f"{name}: latent vectors have {vectors.shape[1]} components, but the "
                f"latent space has {latent_size}."
            )
        return trained.predict(vectors, part="decoder")

    def _training_data(self, X: Any, y: Any, *, first: bool) -> TrainingData:
        """Return images and clean targets, by default the images themselves."""
        X, _, _ = self._validate(X, reset=first)
        clean = self._clean_images(X, y)
        noise = None
        if clean is None:
            if self.supervision == "noisy" and self.noise is not None:
                raise ValueError(
                    f"{type(self).__name__}: noise= is added to clean images, but "
                    "supervision='noisy' says that the images are noisy. Omit one of "
                    "them."
                )
            clean = X
            noise = noise_by_epoch(self.noise, self.image_shape_, type(self).__name__)
            self._keeps_certain = noise is None
            if first or self.noise_amount is not None or self.supervision == "clean":
                self.noise_amount_ = self._resolve_noise_amount(X)
        elif self.supervision == "noisy":
            raise ValueError(
                f"{type(self).__name__}: supervision='noisy' learns from noisy images "
                "alone, but y holds images. Set supervision='clean' to learn from "
                "pairs, or omit y."
            )
        else:
            self._keeps_certain = _keeps_certain(X, clean)
            self.noise_amount_ = 0.0, 0.0
        # Sorted by content, so that the order of `X` does not matter.
        hashes = [hash_rows(X)]
        if clean is not X:
            hashes.insert(0, hash_rows(clean))
        return TrainingData(X, clean, np.lexsort(hashes), noise=noise)

    def _clean_images(self, X: NDArray[Any], y: Any) -> NDArray[Any] | None:
        """Return the clean images of noisy ones; None if `y` holds labels."""
        shape = np.asarray(y).shape
        if len(shape) < 2 or shape[1:] == (1,):
            return None
        return validate_targets(
            y,
            len(X),
            self.image_shape_,
            dtype=IMAGE_DTYPES,
            estimator=type(self).__name__,
        )

    def _resolve_noise_amount(self, X: NDArray[Any]) -> float | tuple[float, float]:
        """Return the amount of noise in noisy images, or the range to train on."""
        name, amount = type(self).__name__, self.noise_amount
        if self.supervision == "noisy":
            if self.architecture != "unet":
                raise ValueError(
                    f"{name}: supervision='noisy' needs architecture='unet', got "
                    f"{self.architecture!r}."
                )
            if amount is None and self.salt_vs_pepper == 0:
                raise ValueError(
                    f"{name}: the amount of noise is estimated from its salt, but "
                    "salt_vs_pepper=0. Set noise_amount to the amount in the images."
                )
            if amount is None:
                return _estimate_noise_amount(X, self.salt_vs_pepper)
            if isinstance(amount, Real) and amount < 1:
                return float(amount)
            raise ValueError(
                f"{name}: with supervision='noisy', noise_amount={amount!r} must be "
                "the amount in the images, a number below 1, or None."
            )
        if self.noise is not None:
            return noise_in_graph(self.noise, name)[0]
        if amount is None:
            return _AMOUNTS
        return noise_range("noise_amount", amount, name)

    @property
    def _fewest_epochs(self) -> int:
        return 5 if self.architecture == "unet" else 6

    def _maximum_learning_rate(self) -> float:
        if self.learning_rate == "auto":
            # The U-Net normalizes over the batch, which makes larger steps safe.
            return 0.015 if self.architecture == "unet" else 0.003
        return super()._maximum_learning_rate()

    def _objective(self) -> Objective:
        return Objective(
            "binary_crossentropy" if self.supervision == "clean" else "network_output"
        )

    def _chance_loss(self) -> float:
        # Noisy pixels are black, white or grey.
        n_values = 2 if self.supervision == "clean" else 4
        return math.log(n_values)

    def _architecture(self) -> Architecture:
        name = type(self).__name__
        salt_vs_pepper = float(self.salt_vs_pepper)
        if self.noise is not None:
            _, salt_vs_pepper = noise_in_graph(self.noise, name)
        settings: dict[str, Any] = {
            "image_shape": self.image_shape_,
            "activation": self.activation,
            "noise_amount": self.noise_amount_,
            "salt_vs_pepper": salt_vs_pepper,
        }
        if self.architecture == "dense":
            return DenseAutoencoder(
                **settings,
                hidden_layer_sizes=layer_sizes(
                    self.hidden_layer_sizes, "hidden_layer_sizes", name
                ),
                latent_size=int(self.latent_size),
            )
        filters = layer_sizes(self.filters, "filters", name)
        if not filters:
            raise ValueError(f"{name}: filters={self.filters!r} must not be empty.")
        if self.supervision == "noisy":
            return BlindSpotUNet(**settings, filters=filters)
        # Absent in models that were fitted before pairs were possible.
        keep_certain = getattr(self, "_keeps_certain", True)
        return UNet(**settings, filters=filters, keep_certain=keep_certain)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags


def _estimate_noise_amount(X: NDArray[Any], salt_vs_pepper: float) -> float:
    """Estimate the amount of noise in a set of images from its salt.

    Some pixels, such as those in the corners, are never white in digits: white pixels
    there are noise.
    """
    white = 255 if X.dtype == np.uint8 else 1
    share_white = np.quantile((white <= X).mean(axis=0), _DARK_QUANTILE)
    return float(min(share_white / max(salt_vs_pepper, 1e-6), _LARGEST_ESTIMATE))


def _keeps_certain(X: NDArray[Any], X_clean: NDArray[Any]) -> bool:
    """Return whether pixels of noisy images strictly between 0 and 1 are clean."""
    noisy, clean = to_unit_range(X), to_unit_range(X_clean)
    certain = (noisy > 0) & (noisy < 1)
    return bool(np.allclose(noisy[certain], clean[certain], rtol=0, atol=_ROUNDING))
