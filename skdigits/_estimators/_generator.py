"""Generator of digits by label."""

import copy
from collections.abc import Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn import config_context
from sklearn.utils import Tags, check_random_state
from sklearn.utils._param_validation import Interval
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d
from threadpoolctl import threadpool_limits

from skdigits._base import LabelledEstimator, layer_sizes
from skdigits._images import hash_rows
from skdigits._training import Objective, TrainingData, fit_method
from skdigits.networks._architectures import ConditionalVAE

if TYPE_CHECKING:
    from sklearn.mixture import GaussianMixture

# Added to the variances of the mixtures, so that a few latent vectors suffice.
_LEAST_VARIANCE = 1e-3


class DigitGenerator(LabelledEstimator):
    """Generative network for digit images, conditioned on the label.

    A conditional variational autoencoder [1]_ [2]_ learns to encode an image and its
    label as a latent vector, and to reconstruct the image from latent vector and label.
    A Gaussian mixture per class is fitted to the latent vectors; `sample` decodes new
    latent vectors sampled from these mixtures.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default=(512, 256)
        Units of the encoder's hidden layers; the decoder reverses their order.

    latent_size : int, default=32
        Number of components of a latent vector.

    beta : float, default=0.1
        Weight (dimensionless, >= 0) of the Kullback-Leibler divergence of the latent
        vectors from the standard normal distribution. 1 maximizes a lower bound of the
        likelihood [1]_. Smaller values give sharper images, but latent vectors that are
        further from normal, so that sampling depends more on the mixtures.

    n_components : int, default=10
        Number of components of each class's mixture, at most the number of images of
        the class.

    activation : {"elu", "gelu", "relu", "selu", "sigmoid", "silu", "tanh"}, \
default="relu"
        Activation of the hidden layers.

    epochs : int or "auto", default="auto"
        Passes over the training images. "auto" means 15, or as many as make 1,000
        gradient steps if there are few images.

    batch_size : int or "auto", default="auto"
        Images per gradient step. "auto" means 128, or less if there are few images: the
        power of two that makes about 16 steps per epoch, but at least 16.

    learning_rate : float, default=0.003
        Maximum learning rate of Adam, > 0.

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
        Seed of the initial weights, the order of the images, the mixtures and the
        samples. The same integer gives the same network and, as in
        `sklearn.mixture.GaussianMixture`, the same samples on each call.

    verbose : int, default=0
        Whether to show progress on standard output: a progress bar in a terminal or
        notebook, else one line per epoch.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels in sorted order.

    class_prior_ : ndarray of shape (n_classes,)
        Fraction of the training images in each class.

    mixtures_ : list of sklearn.mixture.GaussianMixture
        Distribution of the latent vectors of each class, in the order of `classes_`.

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
        ``history_["loss"]``, in nats per pixel; see Notes.

    n_iter_ : int
        Number of epochs trained.

    n_parameters_ : int
        Number of weights and biases of the network.

    network_ : keras.Model
        The trained network, rebuilt from `weights_` on first access. Each row of its
        input holds pixels, then a one-hot label.

    Warns
    -----
    PixelRangeWarning
        If floating-point pixels lie outside [0, 1], or all ``uint8`` pixels are below
        17.

    ConvergenceWarning
        If the training ends with a loss far above that of an untrained network.

    See Also
    --------
    skdigits.generation.interpolate_latent : New digits from a dense autoencoder.

    Notes
    -----
    From an image x and its label k, the encoder computes the mean m and variance v of a
    normal distribution of latent vectors. From a sample of that distribution and k, the
    decoder computes an image z. Training minimizes the mean over images of ::

        sum(-x * log(z) - (1 - x) * log(1 - z)) + beta / 2 * sum(m**2 + v - 1 - log(v))

    divided by the number of pixels. The first sum is over pixels, the second over
    components of the latent vector.

    Training pulls the latent vectors of all classes together towards the standard
    normal distribution, but those of a single class deviate from it. Latent vectors are
    therefore sampled from mixtures fitted after training [3]_, to one sample of the
    distribution of each image.

    References
    ----------
    .. [1] Kingma and Welling (2014). Auto-encoding variational Bayes. ICLR.
       arXiv:1312.6114.
    .. [2] Sohn, Lee and Yan (2015). Learning structured output representation using
       deep conditional generative models. NeurIPS.
    .. [3] Ghosh et al. (2020). From variational to deterministic autoencoders. ICLR.
       arXiv:1903.12436; section 4.

    Examples
    --------
    >>> from skdigits import DigitGenerator
    >>> from skdigits.datasets import load_small_digits
    >>> X, y = load_small_digits(return_X_y=True)
    >>> generator = DigitGenerator((64,), latent_size=8, batch_size=32, random_state=0)
    >>> X_new, y_new = generator.fit(X, y).sample(100)
    >>> X_new.shape, y_new.shape
    ((100, 64), (100,))
    >>> generator.sample(y=[3, 1, 4])[1]
    array([3, 1, 4])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **LabelledEstimator._parameter_constraints,
        "hidden_layer_sizes": ["array-like", Integral],
        "latent_size": [Interval(Integral, 1, None, closed="left")],
        "beta": [Interval(Real, 0, None, closed="left")],
        "n_components": [Interval(Integral, 1, None, closed="left")],
    }

    _fewest_epochs = 15
    _largest_batch_size = 128

    class_prior_: NDArray[np.float64]
    mixtures_: "list[GaussianMixture]"

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (512, 256),
        *,
        latent_size: int = 32,
        beta: float = 0.1,
        n_components: int = 10,
        activation: str = "relu",
        epochs: int | str = "auto",
        batch_size: int | str = "auto",
        learning_rate: float = 3e-3,
        learning_rate_schedule: str = "one_cycle",
        warm_start: bool = False,
        memory: Any = None,
        callbacks: Sequence[Any] | None = None,
        image_shape: tuple[int, int] | None = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: int = 0,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.latent_size = latent_size
        self.beta = beta
        self.n_components = n_components
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
    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train the network, then fit mixtures to the latent vectors.

        The network is trained from scratch unless `warm_start` is set.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in an
            axis of length 1.
        y : array-like of shape (n_samples,)
            Labels of any type.

        Returns
        -------
        self : DigitGenerator
            The fitted generator.

        Raises
        ------
        ValueError
            If `X` has NaN or infinity or no images, `image_shape` does not match it,
            `y` is continuous, or the training diverges.
        """
        resumes = self._resumes()
        images, labels, _ = self._validate(X, y, reset=not resumes)
        if not resumes:
            check_classification_targets(labels)
            self.classes_ = np.unique(labels)
        targets = self._class_indices(labels, "y")
        counts = np.bincount(targets, minlength=len(self.classes_))
        self.class_prior_ = counts / len(targets)
        # Sorted by content, so that the order of `X` does not matter.
        order = np.lexsort((targets, hash_rows(images)))
        targets = targets[order]
        one_hot = self._one_hot(targets, images.dtype)
        labelled = np.hstack([images[order], one_hot])
        seed = self._sample_seed()
        self._train(TrainingData(labelled, targets, np.arange(len(order))), seed=seed)
        self.mixtures_ = self._fit_mixtures(labelled, targets, seed)
        return self

    def sample(
        self, n_samples: int | None = None, y: Any = None
    ) -> tuple[NDArray[np.float32], NDArray[Any]]:
        """Generate new digits.

        Parameters
        ----------
        n_samples : int, default=None
            Number of images; None means one per label in `y`.
        y : label or array-like of shape (n_samples,), default=None
            Labels of the new images: one for all, or one for each. None samples labels
            with their frequency in the training images.

        Returns
        -------
        X : ndarray of shape (n_samples, n_features)
            Pixels in [0, 1], float32.
        y : ndarray of shape (n_samples,)
            Labels of the images.

        Raises
        ------
        ValueError
            If `n_samples` is not positive or does not match `y`, or `y` has a label
            that `fit` has not seen.
        """
        trained = self._trained_network()
        rng = check_random_state(self.random_state)
        y = self._sample_classes(n_samples, y, rng)
        latent = np.empty((len(y), self._latent_size), dtype=np.float32)
        for index in np.unique(y):
            own = np.flatnonzero(y == index)
            # Sampling must not change the seed of the fitted mixture: use a copy.
            mixture = copy.copy(self.mixtures_[index]).set_params(random_state=rng)
            # A mixture returns its samples sorted by component.
            latent[rng.permutation(own)] = mixture.sample(len(own))[0]
        labelled = np.hstack([latent, self._one_hot(y, latent.dtype)])
        return trained.predict(labelled, part="decoder"), self.classes_[y]

    @property
    def _latent_size(self) -> int:
        return self._network_settings[1]["latent_size"]

    def _one_hot(self, y: NDArray[np.integer[Any]], dtype: Any) -> NDArray[Any]:
        # The network divides ``uint8`` by 255.
        one = 255 if dtype == np.uint8 else 1
        return (y[:, None] == np.arange(len(self.classes_))).astype(dtype) * one

    def _fit_mixtures(
        self, labelled: NDArray[Any], y: NDArray[np.int32], seed: int
    ) -> "list[GaussianMixture]":
        """Fit a mixture to the latent vectors of each class."""
        from sklearn.mixture import GaussianMixture  # slows `import skdigits` down

        rng = np.random.default_rng(seed)
        encoded = self._trained_network().predict(labelled, part="encoder")
        # In float32, covariance matrices of many vectors may not be positive definite.
        mean, log_variance = np.split(encoded.astype(np.float64), 2, axis=1)
        latent = mean + np.exp(log_variance / 2) * rng.standard_normal(mean.shape)
        mixtures = []
        for index in range(len(self.classes_)):
            own = latent[y == index]
            if len(own) == 0:  # possible with `warm_start`
                mixtures.append(self.mixtures_[index])
                continue
            mixture = GaussianMixture(
                min(int(self.n_components), len(own)),
                reg_covar=_LEAST_VARIANCE,
                random_state=int(rng.integers(2**31)),
            )
            # A mixture needs two vectors; a single one is repeated.
            own = own if len(own) > 1 else np.repeat(own, 2, axis=0)
            # With array API dispatch, initialization by k-means is refused. One thread
            # suffices for small matrices: with other processes running, threads spend
            # more time waiting for each other than computing.
            with config_context(array_api_dispatch=False), threadpool_limits(1):
                mixtures.append(mixture.fit(own))
        return mixtures

    def _sample_classes(
        self, n_samples: int | None, y: Any, rng: np.random.RandomState
    ) -> NDArray[np.integer[Any]]:
        """Return the class indices of the images to generate."""
        name = type(self).__name__
        if n_samples is not None and not (
            isinstance(n_samples, Integral) and n_samples >= 1
        ):
            raise ValueError(
                f"{name}: n_samples={n_samples!r} must be a positive integer."
            )
        if y is None:
            n = 1 if n_samples is None else n_samples
            return rng.choice(len(self.classes_), size=n, p=self.class_prior_)
        if np.ndim(y) == 0:
            labels = np.repeat(y, 1 if n_samples is None else n_samples)
        else:
            labels = column_or_1d(y)
        if n_samples not in (None, len(labels)):
            raise ValueError(
                f"{name}: n_samples={n_samples} and {len(labels)} labels in y. Pass a "
                "label per image, or one label for all."
            )
        return self._class_indices(labels, "y")

    def _objective(self) -> Objective:
        return Objective("network_output")

    def _chance_loss(self) -> float:
        return super()._chance_loss() + self.beta

    def _architecture(self) -> ConditionalVAE:
        return ConditionalVAE(
            image_shape=self.image_shape_,
            n_classes=len(self.classes_),
            hidden_layer_sizes=layer_sizes(
                self.hidden_layer_sizes, "hidden_layer_sizes", type(self).__name__
            ),
            latent_size=int(self.latent_size),
            beta=float(self.beta),
            activation=self.activation,
        )

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags
