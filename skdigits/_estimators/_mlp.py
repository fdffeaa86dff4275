"""Dense network for digit images."""

import dataclasses
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from skdigits._base import DigitClassifier, layer_sizes
from skdigits._training import Objective
from skdigits.networks._architectures import MLP


class MLPDigitClassifier(DigitClassifier):
    """Dense network for digit images, with an L2 penalty on its hidden weights.

    It ignores spatial structure: a fixed permutation of the pixels gives about the
    same accuracy. `CNNDigitClassifier` is more accurate and slower.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default=(500, 300)
        Units per hidden layer; ``()`` gives softmax regression.

    activation : {"elu", "gelu", "relu", "selu", "sigmoid", "silu", "tanh"}, \
default="relu"
        Activation of the hidden layers.

    alpha : float, default=1e-5
        L2 factor (dimensionless, >= 0). Adds ``alpha * sum(w**2)`` over the hidden
        kernels, neither biases nor the output layer, to the mean loss of each batch.
        This is Keras's scale. scikit-learn's `MLPClassifier` adds ``alpha / (2 * n) *
        sum(w**2)`` over all kernels, with n images in the batch: its alpha is 2 * n
        times as large for the same penalty.

    batch_norm : bool, default=False
        Whether to normalize over the batch before each hidden activation.

    dropout : float, default=0.0
        Fraction of the hidden units, in [0, 1), dropped during training.

    adversarial : float, default=0.0
        Euclidean length, in units of the pixel range, of the adversarial perturbation
        [3]_ of each training image. A value of 1 improves accuracy with `batch_norm`
        on images of 28x28 pixels. Training takes longer.

    epochs : int or "auto", default="auto"
        Passes over the training images. "auto" means 20, or as many as make 1,000
        gradient steps if there are few images.

    batch_size : int or "auto", default="auto"
        Images per gradient step. "auto" means 128, or less if there are few images: the
        power of two that makes about 16 steps per epoch, but at least 16.

    learning_rate : float, default=0.002
        Maximum learning rate of Adam [1]_, > 0.

    learning_rate_schedule : {"one_cycle", "cosine", "constant"}, default="one_cycle"
        Learning rate over the fit: ``"one_cycle"`` [2]_ increases it for 30 % of the
        steps, then decreases it to 0; ``"cosine"`` only decreases it.

    label_smoothing : float, default=0.0
        Probability mass, in [0, 1), of each training target that is distributed evenly
        over all classes. Its effect on the predicted probabilities is undone after the
        training.

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
        operands and outputs are rounded to 8 significant bits [4]_; weights and
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
        Seed of the initial weights, the order of the images and the validation split.
        The same integer gives the same network.

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
        Kernel and bias of each layer, float32.

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
    CNNDigitClassifier : Convolutional network.

    Notes
    -----
    Training minimizes ``-1/n * sum(log p[y]) + alpha * sum(W**2)`` over batches of n
    images with labels y, predicted probabilities p and penalized kernels W. Sample
    weights multiply the logarithms.

    Results do not depend on the order of the training images: `fit` sorts them by
    content before it shuffles them. Integer sample weights (up to 10 on average) are
    therefore equivalent to repeated images. Results are reproducible bit for bit with
    the same integer seed, machine and number of threads.

    References
    ----------
    .. [1] Kingma and Ba (2015). Adam: a method for stochastic optimization. ICLR.
    .. [2] Smith and Topin (2018). Super-convergence: very fast training of neural
       networks using large learning rates. arXiv:1708.07120.
    .. [3] Goodfellow, Shlens and Szegedy (2015). Explaining and harnessing adversarial
       examples. ICLR. arXiv:1412.6572. Here the predicted class replaces the label,
       and the Euclidean norm replaces the maximum norm.
    .. [4] Kalamkar et al. (2019). A study of BFLOAT16 for deep learning training.
       arXiv:1905.12322.

    Examples
    --------
    >>> from skdigits import MLPDigitClassifier
    >>> from skdigits.datasets import load_small_digits
    >>> X, y = load_small_digits(return_X_y=True)
    >>> mlp = MLPDigitClassifier((64,), epochs=30, batch_size=32, random_state=0)
    >>> mlp.fit(X[:1500], y[:1500]).score(X[1500:], y[1500:]) > 0.9
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **DigitClassifier._parameter_constraints,
        "hidden_layer_sizes": ["array-like", Integral],
        "batch_norm": ["boolean"],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "adversarial": [Interval(Real, 0, None, closed="left")],
    }

    _fewest_epochs = 20
    _largest_batch_size = 128

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (500, 300),
        *,
        activation: str = "relu",
        alpha: float = 1e-5,
        batch_norm: bool = False,
        dropout: float = 0.0,
        adversarial: float = 0.0,
        epochs: int | str = "auto",
        batch_size: int | str = "auto",
        learning_rate: float = 2e-3,
        learning_rate_schedule: str = "one_cycle",
        label_smoothing: float = 0.0,
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
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.alpha = alpha
        self.batch_norm = batch_norm
        self.dropout = dropout
        self.adversarial = adversarial
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

    def _architecture(self) -> MLP:
        return MLP(
            image_shape=self.image_shape_,
            n_classes=len(self.classes_),
            hidden_layer_sizes=layer_sizes(
                self.hidden_layer_sizes, "hidden_layer_sizes", type(self).__name__
            ),
            activation=self.activation,
            batch_norm=bool(self.batch_norm),
            dropout=float(self.dropout),
        )

    def _objective(self) -> Objective:
        return dataclasses.replace(
            super()._objective(), adversarial=float(self.adversarial)
        )
