"""Convolutional network for digit images."""

from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from skdigits._base import (
    NOISE_CONSTRAINTS,
    DigitClassifier,
    has_salt_and_pepper,
    layer_sizes,
    noise_by_epoch,
    noise_in_graph,
)
from skdigits._training import Noise
from skdigits.networks._architectures import CNN, Sizes

_AUGMENTATIONS = {
    "shift": {"shift": 0.07},
    "full": {"shift": 0.07, "rotation": 8, "zoom": 0.08, "elastic": 0.02, "order": 3},
}
# Pixels of the last feature maps, as in LeNet-5, below which an image is padded.
_SMALLEST_SIDE = 4
# Chosen on held-out training images of MNIST, as was that noise needs none.
_LABEL_SMOOTHING = 0.1


class CNNDigitClassifier(DigitClassifier):
    """Convolutional network for digit images.

    Blocks of convolutions, each followed by 2x2 max-pooling, then dropout, dense layers
    and a softmax. Accepts images of any size, as rows of pixels or as stacks.

    Parameters
    ----------
    conv_blocks : sequence of sequence of int, default=((24,), (128,))
        Filters of each convolution, one inner sequence per block:
        ``((24,), (128,))`` pools after each of two convolutions, ``((32, 64),)`` once
        after both.

    kernel_size : int, default=5
        Side of the convolution windows in pixels.

    padding : {"auto", "same", "valid"}, default="auto"
        Whether convolutions keep the size of the image (``"same"``, padding it with
        zeros) or shrink it (``"valid"``, which takes less time). "auto" shrinks images
        if the last feature maps still have at least 4x4 pixels.

    batch_norm : bool, default=True
        Whether to normalize over the batch [1]_ between convolution and activation.

    dropout : float, default=0.2
        Fraction of the pooled features, in [0, 1), dropped during training.

    hidden_layer_sizes : int or sequence of int, default=128
        Units of the dense layers before the softmax.

    activation : {"elu", "gelu", "relu", "selu", "sigmoid", "silu", "tanh"}, \
default="relu"
        Activation of convolutions and hidden layers.

    alpha : float, default=0.0
        L2 factor (dimensionless, >= 0). Adds ``alpha * sum(w**2)`` over convolution
        and hidden kernels, neither biases nor the output layer, to the mean loss of
        each batch. This is Keras's scale; scikit-learn's `MLPClassifier` divides its
        alpha by twice the number of images in the batch.

    augmentation : {"shift", "full"}, dict or None, default="shift"
        Random deformations of the training images, sampled anew in each epoch. A
        dictionary sets the maximum ``"shift"`` (fraction of height and width),
        ``"rotation"`` (degrees) and ``"zoom"`` (fraction), the standard deviation of
        smooth ``"elastic"`` displacements (fraction of height and width), and the
        ``"order"`` of the interpolation: 1 (linear, the default), or 3 (cubic, slower
        and sharper). ``"shift"`` means ``{"shift": 0.07}``. ``"full"`` adds
        ``{"rotation": 8, "zoom": 0.08, "elastic": 0.02, "order": 3}`` and improves
        accuracy from about a dozen epochs on.

    noise : transformer, list of transformers, "any" or None, default=None
        Noise of the training images, sampled anew in each epoch: from a list, each
        image draws one transformer, such as :class:`~skdigits.SaltPepperNoise` or
        others of :mod:`skdigits.corruptions`, which needs no fit or is fitted. Their
        `random_state` is not used. ``"any"`` means
        :func:`~skdigits.corruptions.any_noise`. With salt and pepper, the input of the
        network also holds which pixels are 0, 1 or between, and `augmentation` moves
        pixels to the nearest place instead of interpolating between them. Validation
        images get no noise.

    epochs : int or "auto", default="auto"
        Passes over the training images. "auto" means 8, or as many as make 1,000
        gradient steps if there are few images.

    batch_size : int or "auto", default="auto"
        Images per gradient step. "auto" means 64, or less if there are few images: the
        power of two that makes about 16 steps per epoch, but at least 16.

    learning_rate : float or "auto", default="auto"
        Maximum learning rate of Adam, > 0. "auto" means 0.01, or 0.002 without
        `batch_norm`.

    learning_rate_schedule : {"one_cycle", "cosine", "constant"}, default="one_cycle"
        Learning rate over the fit: ``"one_cycle"`` [2]_ increases it for 30 % of the
        steps, then decreases it to 0; ``"cosine"`` only decreases it.

    label_smoothing : float or "auto", default="auto"
        Probability mass, in [0, 1), of each training target that is distributed evenly
        over all classes. Smoothing makes predicted labels more accurate; its effect on
        the predicted probabilities is undone after the training. "auto" means 0.1, or
        0 with `noise`, where it would make the network too certain of noisy images.

    early_stopping : bool, default=False
        Whether to stop when the validation loss has not decreased for
        `n_iter_no_change` epochs. The weights of the best epoch are kept.

    n_iter_no_change : int, default=5
        Number of epochs to wait for a lower validation loss.

    validation_fraction : float or None, default=None
        Fraction of the distinct training images, in [0, 1), held out (stratified by
        class) and evaluated after each epoch; equal images stay together. None means
        0.1 with `early_stopping`, else 0.

    class_weight : dict, "balanced" or None, default=None
        Weight of each class by label, multiplied by `sample_weight`. ``"balanced"``
        weights classes by their inverse frequency.

    precision : {"float32", "mixed_bfloat16"}, default="float32"
        Precision of the hidden layers during training. With ``"mixed_bfloat16"`` their
        operands and outputs are rounded to 8 significant bits [3]_; weights and
        predictions stay float32. Training is faster only on processors with bfloat16
        instructions (AMX, AVX512-BF16).

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
        Seed of the initial weights, dropout, the order of the images and the validation
        split. The same integer gives the same network.

    verbose : int, default=0
        Whether to show progress on standard output: a progress bar in a terminal or
        notebook, else one line per epoch.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels in sorted order; columns of `predict_proba` follow it.

    n_features_in_ : int
        Number of pixels per image.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, if `fit` received a dataframe with string column names.

    image_shape_ : tuple of int
        Height and width of the images in pixels.

    weights_ : list of ndarray
        Weights of the network in Keras's order, float32.

    history_ : dict of str to list of float
        One entry per epoch: ``"loss"`` (mean cross-entropy in nats, penalty included)
        and ``"accuracy"`` (fraction), measured during the epoch; with validation
        images also ``"val_loss"`` and ``"val_accuracy"``, measured after it.

    loss_curve_ : list of float
        ``history_["loss"]``.

    validation_loss_curve_ : list of float
        ``history_["val_loss"]``; only with validation images.

    validation_scores_ : list of float
        ``history_["val_accuracy"]``; only with validation images.

    n_iter_ : int
        Number of epochs trained.

    n_parameters_ : int
        Number of weights, biases and normalization statistics.

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
    MLPDigitClassifier : Dense network; faster, less accurate.
    DenoisingAutoencoder : Removes noise. Classify what it returns with a network that
        has learned from such images,
        ``noise=make_pipeline(SaltPepperNoise((0, 0.9)), FrozenEstimator(denoiser))``.

    Notes
    -----
    ``CNNDigitClassifier(((32, 64),), kernel_size=3, padding="valid", batch_norm=False,
    hidden_layer_sizes=64)`` is the network of the MNIST lab that this package grew
    from.

    The default settings, and two for less time, were chosen on held-out training images
    of MNIST. ``CNNDigitClassifier(((8,), (32,)), dropout=0.0, augmentation=None,
    epochs=1, learning_rate=0.02)`` takes a single epoch;
    ``CNNDigitClassifier(((16,), (96,)), epochs=5)`` is more accurate.

    Results do not depend on the order of the training images: `fit` sorts them by
    content before it shuffles them. Integer sample weights (up to 10 on average) are
    therefore equivalent to repeated images. Results are reproducible bit for bit with
    the same integer seed, machine and number of threads.

    References
    ----------
    .. [1] Ioffe and Szegedy (2015). Batch normalization: accelerating deep network
       training by reducing internal covariate shift. ICML.
    .. [2] Smith and Topin (2018). Super-convergence: very fast training of neural
       networks using large learning rates. arXiv:1708.07120.
    .. [3] Kalamkar et al. (2019). A study of BFLOAT16 for deep learning training.
       arXiv:1905.12322.

    Examples
    --------
    >>> from skdigits import CNNDigitClassifier
    >>> from skdigits.datasets import load_small_digits
    >>> digits = load_small_digits()
    >>> X, y = digits.images, digits.target
    >>> cnn = CNNDigitClassifier(((16,),), batch_size=32, random_state=0)
    >>> cnn.fit(X[:1500], y[:1500]).score(X[1500:], y[1500:]) > 0.9
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **DigitClassifier._parameter_constraints,
        "conv_blocks": [tuple, list],
        "kernel_size": [Interval(Integral, 1, None, closed="left")],
        "padding": [StrOptions({"auto", "same", "valid"})],
        "batch_norm": ["boolean"],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "hidden_layer_sizes": ["array-like", Integral],
        "augmentation": [StrOptions(set(_AUGMENTATIONS)), dict, None],
        "noise": [*NOISE_CONSTRAINTS, None],
        "learning_rate": [
            StrOptions({"auto"}),
            *DigitClassifier._parameter_constraints["learning_rate"],
        ],
        "label_smoothing": [
            StrOptions({"auto"}),
            *DigitClassifier._parameter_constraints["label_smoothing"],
        ],
    }

    _fewest_epochs = 8
    _largest_batch_size = 64

    def __init__(
        self,
        conv_blocks: Sequence[Sequence[int]] = ((24,), (128,)),
        *,
        kernel_size: int = 5,
        padding: str = "auto",
        batch_norm: bool = True,
        dropout: float = 0.2,
        hidden_layer_sizes: int | Sequence[int] = 128,
        activation: str = "relu",
        alpha: float = 0.0,
        augmentation: str | Mapping[str, float] | None = "shift",
        noise: Any = None,
        epochs: int | str = "auto",
        batch_size: int | str = "auto",
        learning_rate: float | str = "auto",
        learning_rate_schedule: str = "one_cycle",
        label_smoothing: float | str = "auto",
        early_stopping: bool = False,
        n_iter_no_change: int = 5,
        validation_fraction: float | None = None,
        class_weight: dict[Any, float] | str | None = None,
        precision: str = "float32",
        warm_start: bool = False,
        memory: Any = None,
        callbacks: Sequence[Any] | None = None,
        image_shape: tuple[int, int] | None = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: int = 0,
    ) -> None:
        self.conv_blocks = conv_blocks
        self.kernel_size = kernel_size
        self.padding = padding
        self.batch_norm = batch_norm
        self.dropout = dropout
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.alpha = alpha
        self.augmentation = augmentation
        self.noise = noise
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_schedule = learning_rate_schedule
        self.label_smoothing = label_smoothing
        self.early_stopping = early_stopping
        self.n_iter_no_change = n_iter_no_change
        self.validation_fraction = validation_fraction
        self.class_weight = class_weight
        self.precision = precision
        self.warm_start = warm_start
        self.memory = memory
        self.callbacks = callbacks
        self.image_shape = image_shape
        self.random_state = random_state
        self.verbose = verbose

    def _architecture(self) -> CNN:
        name = type(self).__name__
        conv_blocks = self._resolve_blocks(name)
        amount, salt_vs_pepper = noise_in_graph(self.noise, name)
        return CNN(
            image_shape=self.image_shape_,
            n_classes=len(self.classes_),
            conv_blocks=conv_blocks,
            kernel_size=int(self.kernel_size),
            padding=self._resolve_padding(conv_blocks, name),
            batch_norm=bool(self.batch_norm),
            dropout=float(self.dropout),
            hidden_layer_sizes=layer_sizes(
                self.hidden_layer_sizes, "hidden_layer_sizes", name
            ),
            activation=self.activation,
            augmentation=tuple(sorted(self._resolve_augmentation().items())),
            pixel_states=has_salt_and_pepper(self.noise, name),
            noise_amount=amount,
            salt_vs_pepper=salt_vs_pepper,
        )

    def _maximum_learning_rate(self) -> float:
        if self.learning_rate == "auto":
            return 0.01 if self.batch_norm else 0.002
        return super()._maximum_learning_rate()

    def _label_smoothing(self) -> float:
        if self.label_smoothing == "auto":
            return _LABEL_SMOOTHING if self.noise is None else 0.0
        return float(self.label_smoothing)

    def _noise_by_epoch(self) -> Noise | None:
        return noise_by_epoch(self.noise, self.image_shape_, type(self).__name__)

    def _resolve_blocks(self, name: str) -> tuple[Sizes, ...]:
        """Return the filters of each block, or raise ValueError."""
        # MLPClassifier((100,)) has a hidden layer, and so might this be meant.
        if not all(isinstance(block, Iterable) for block in self.conv_blocks):
            raise ValueError(
                f"{name}: conv_blocks={self.conv_blocks!r:.200} must hold a sequence "
                "of filters for each block, such as ((32,), (64,)). Units of dense "
                "layers belong to hidden_layer_sizes=."
            )
        return tuple(
            layer_sizes(block, "conv_blocks", name) for block in self.conv_blocks
        )

    def _resolve_augmentation(self) -> Mapping[str, float]:
        """Return the ranges of the random deformations, or raise ValueError."""
        if self.augmentation is None:
            return {}
        if isinstance(self.augmentation, str):
            return _AUGMENTATIONS[self.augmentation]
        names = [name for name in _AUGMENTATIONS["full"] if name != "order"]
        for name, value in self.augmentation.items():
            if name == "order":
                valid = value in (1, 3)
            else:
                valid = name in names and isinstance(value, Real) and value >= 0
            if not valid:
                raise ValueError(
                    f"{type(self).__name__}: augmentation={self.augmentation!r} must "
                    f"map any of {', '.join(map(repr, names))} to a number >= 0, and "
                    "may map 'order' to 1 or 3."
                )
        return {name: float(value) for name, value in self.augmentation.items()}

    def _resolve_padding(self, conv_blocks: tuple[Sizes, ...], name: str) -> str:
        """Return the padding, or raise if the images are too small for it."""
        side = min(self.image_shape_)
        for block in conv_blocks:
            side = (side - len(block) * (self.kernel_size - 1)) // 2
        if self.padding == "auto":
            return "valid" if side >= _SMALLEST_SIDE else "same"
        if self.padding == "valid" and side < 1:
            raise ValueError(
                f"{name}: images of {self.image_shape_[0]}x{self.image_shape_[1]} "
                f"pixels are too small for conv_blocks={self.conv_blocks!r} with "
                "padding='valid'. Use padding='same' or fewer convolutions."
            )
        return self.padding
