"""Base classes of the estimators: shared parameters, training and prediction."""

import dataclasses
import math
import os
from collections.abc import Iterable, Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar, Self
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import Tags, check_random_state
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skdigits._base._divergence import check_divergence
from skdigits._base._parameter_names import (
    Activations,
    name_unknown_parameters,
    refuse_unknown_parameters,
)
from skdigits._base._training_length import auto_batch_size, auto_epochs
from skdigits._images import (
    DocumentationLinkMixin,
    ImageShape,
    StackShape,
    resolve_image_shape,
    validate_images,
)
from skdigits._training import (
    SCHEDULES,
    CallbackSupportMixin,
    Checkpoint,
    Objective,
    Schedule,
    TrainedNetwork,
    TrainingData,
    Weights,
    cached_train,
    fit_task,
)
from skdigits.networks._architectures import Architecture, architecture

if TYPE_CHECKING:
    import keras

# Networks ready to predict. Kept outside the estimators, which hold plain arrays only.
_trained: WeakKeyDictionary[BaseEstimator, TrainedNetwork] = WeakKeyDictionary()

IMAGE_DTYPES = (np.float32, np.uint8)


class KerasEstimator(DocumentationLinkMixin, CallbackSupportMixin, BaseEstimator):
    """Base class for estimators that train a Keras network on images.

    Subclasses define `_architecture` and `_objective`.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "activation": [
            Activations({"elu", "gelu", "relu", "selu", "sigmoid", "silu", "tanh"})
        ],
        "epochs": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "batch_size": [
            Interval(Integral, 1, None, closed="left"),
            StrOptions({"auto"}),
        ],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "learning_rate_schedule": [StrOptions(set(SCHEDULES))],
        "warm_start": ["boolean"],
        "memory": [None, str, os.PathLike, HasMethods(["cache"])],
        "callbacks": [None, list, tuple],
        "image_shape": [None, tuple, list],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    # Batch size that "auto" means for many images.
    _largest_batch_size: ClassVar[int]

    # Set by the subclasses' constructors.
    epochs: Any
    batch_size: Any
    learning_rate: Any
    learning_rate_schedule: str
    warm_start: bool
    memory: Any
    callbacks: Any
    image_shape: Any
    random_state: Any
    verbose: Any

    # Set by `fit`.
    n_features_in_: int
    image_shape_: ImageShape
    weights_: Weights
    history_: dict[str, list[float]]
    _optimizer_state: Weights | None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__init__" in vars(cls):
            cls.__init__ = name_unknown_parameters(cls.__init__)  # type: ignore[method-assign]

    def set_params(self, **params: Any) -> Self:
        """Set parameters.

        Parameters
        ----------
        **params : dict
            Names and values.

        Returns
        -------
        self : estimator
            The estimator itself.

        Raises
        ------
        ValueError
            If a name is not that of a parameter.
        """
        refuse_unknown_parameters(self, params)
        return super().set_params(**params)

    @property
    def _fewest_epochs(self) -> int:
        """Epochs that "auto" means for many images."""
        raise NotImplementedError

    def _architecture(self) -> Architecture:
        """Return the architecture for the parameters and the training data."""
        raise NotImplementedError

    def _objective(self) -> Objective:
        """Return the loss and the metrics of the training."""
        raise NotImplementedError

    def _chance_loss(self) -> float:
        """Return the loss of an untrained network, roughly and rather too large."""
        return math.log(2)  # per pixel

    def _targets(self, y: NDArray[Any]) -> NDArray[Any]:
        """Return the training targets that callbacks receive."""
        return y

    def _validate(
        self, X: Any, *y: Any, reset: bool
    ) -> tuple[Any, Any, StackShape | None]:
        """Return images as rows (``uint8`` or float32), `y` and the stack shape."""
        has_labels = bool(y)
        X, y, stack_shape = validate_images(
            self,
            X,
            *y,
            dtype=IMAGE_DTYPES,
            reset=reset,
            image_shape=None if reset else self.image_shape_,
        )
        if reset:
            # With a label for each, rows are images, however many.
            rows = X[:1] if has_labels else X
            self.image_shape_ = resolve_image_shape(
                rows.shape, self.image_shape, stack_shape, type(self).__name__
            )
        return X, y, stack_shape

    def _train(
        self,
        data: TrainingData,
        *,
        seed: int,
        n_iter_no_change: int | None = None,
    ) -> None:
        """Fit from scratch, or resume from the last fit with `warm_start`."""
        schedule = self._schedule(len(data.indices), seed, n_iter_no_change)
        start = self._checkpoint() if self._resumes() else None
        self._run(schedule, data, start, resumable=self.warm_start)

    def _train_one_epoch(self, data: TrainingData, *, seed: int) -> None:
        """Train for one epoch with a constant learning rate; resume if fitted."""
        schedule = dataclasses.replace(
            self._schedule(len(data.indices), seed),
            epochs=1,
            learning_rate_schedule="constant",
        )
        start = self._checkpoint() if self._is_fitted() else None
        self._run(schedule, data, start, resumable=True)

    def _schedule(
        self, n_images: int, seed: int, n_iter_no_change: int | None = None
    ) -> Schedule:
        epochs, batch_size = self._training_length(n_images)
        return Schedule(
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=self._maximum_learning_rate(),
            learning_rate_schedule=self.learning_rate_schedule,
            seed=seed,
            n_iter_no_change=n_iter_no_change,
            callbacks=self._validate_callbacks(),
        )

    def _training_length(self, n_images: int) -> tuple[int, int]:
        """Return the number of epochs and the batch size."""
        batch_size, epochs = self.batch_size, self.epochs
        if batch_size == "auto":
            batch_size = auto_batch_size(n_images, self._largest_batch_size)
        if epochs == "auto":
            epochs = auto_epochs(n_images, batch_size, self._fewest_epochs)
        return int(epochs), int(batch_size)

    def _maximum_learning_rate(self) -> float:
        return float(self.learning_rate)

    def _validate_callbacks(self) -> Sequence[Any]:
        for callback in self.callbacks or ():
            if not hasattr(callback, "on_epoch_end"):
                raise ValueError(
                    f"{type(self).__name__}: callbacks holds {callback!r}, which is "
                    "not a keras.callbacks.Callback. Pass scikit-learn's callbacks to "
                    "set_callbacks."
                )
        return self.callbacks or ()

    def _run(
        self,
        schedule: Schedule,
        data: TrainingData,
        start: Checkpoint | None,
        *,
        resumable: bool,
    ) -> None:
        network = self._architecture()
        self._network_settings = (network.function, network.settings())
        if start is not None:
            self._check_resumable(network, start)
            # A new seed for each fit, so that noise and order are not repeated.
            seeds = np.random.SeedSequence([schedule.seed, len(start.history["loss"])])
            seed = int(seeds.generate_state(1)[0])
            schedule = dataclasses.replace(schedule, seed=seed)
        task = fit_task(self, schedule.epochs, data.X, self._targets(data.y))
        # Only fits with an integer seed and without callbacks are reproducible.
        repeatable = isinstance(self.random_state, Integral) and not self.callbacks
        checkpoint = cached_train(self.memory if repeatable else None)(
            network,
            self._objective(),
            schedule,
            data,
            start=start,
            resumable=bool(resumable),
            title=type(self).__name__ if self.verbose else None,
            task=task,
        )
        check_divergence(
            checkpoint,
            _kept_epoch(checkpoint, start, schedule),
            self._chance_loss(),
            schedule.learning_rate,
            type(self).__name__,
        )
        self._store(checkpoint)
        if task is not None:
            task.end()

    def _store(self, checkpoint: Checkpoint) -> None:
        self.weights_, self.history_ = checkpoint.weights, checkpoint.history
        self._optimizer_state = checkpoint.optimizer

    def _check_resumable(self, network: Architecture, start: Checkpoint) -> None:
        shapes = [weight.shape for weight in network.weights()]
        if shapes != [array.shape for array in start.weights]:
            raise ValueError(
                f"{type(self).__name__}: training cannot resume, because parameters "
                "that were changed since the last fit give a network with other "
                "weights. Change them back, or fit a clone, sklearn.base.clone(...)."
            )

    def _is_fitted(self) -> bool:
        return hasattr(self, "weights_")

    def _resumes(self) -> bool:
        return self.warm_start and self._is_fitted()

    def _checkpoint(self) -> Checkpoint:
        return Checkpoint(self.weights_, self.history_, self._optimizer_state)

    def _sample_seed(self) -> int:
        return int(check_random_state(self.random_state).randint(2**31 - 1))

    def _trained_network(self) -> TrainedNetwork:
        weights = self.weights_  # raises NotFittedError without `fit`
        trained = _trained.get(self)
        if trained is None or trained.weights is not weights:
            trained = TrainedNetwork(architecture(*self._network_settings), weights)
            _trained[self] = trained
        return trained

    @property
    def network_(self) -> "keras.Model":
        """The trained network, rebuilt from `weights_` on first access."""
        return self._trained_network().model

    if not TYPE_CHECKING:  # else type checkers would accept any name

        def __getattr__(self, name: str) -> Any:
            """Name the reason where an attribute that `fit` sets is missing."""
            if name.endswith("_") and not name.startswith("_"):
                check_is_fitted(self)
            return object.__getattribute__(self, name)  # raises what raised before

    def __dir__(self) -> list[str]:
        """List available attributes, except `network_`, which imports TensorFlow.

        scikit-learn evaluates what is listed, for `dir` and for its HTML display.
        """
        names = set(object.__dir__(self)) - {"network_"}
        return [name for name in names if hasattr(self, name)]

    @property
    def loss_curve_(self) -> list[float]:
        """Training loss after each epoch."""
        check_is_fitted(self)
        return self.history_["loss"]

    @property
    def n_iter_(self) -> int:
        """Number of epochs trained."""
        return len(self.loss_curve_)

    @property
    def n_parameters_(self) -> int:
        """Number of weights and biases."""
        check_is_fitted(self)
        return sum(array.size for array in self.weights_)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags


def layer_sizes(sizes: Any, name: str, estimator: str) -> tuple[int, ...]:
    """Return layer sizes as a tuple of positive integers, or raise ValueError."""
    given = sizes if isinstance(sizes, Iterable) else (sizes,)
    if all(isinstance(size, Integral) and int(size) >= 1 for size in given):
        return tuple(int(size) for size in given)
    raise ValueError(
        f"{estimator}: {name}={sizes!r} must hold positive integers, one per layer."
    )


def _kept_epoch(
    checkpoint: Checkpoint, start: Checkpoint | None, schedule: Schedule
) -> int:
    """Return the index, from the end, of the epoch that the weights are from."""
    if schedule.n_iter_no_change is None:
        return -1
    n_before = 0 if start is None else len(start.history["loss"])
    n_epochs = len(checkpoint.history["loss"]) - n_before
    losses = np.nan_to_num(checkpoint.history["val_loss"][-n_epochs:], nan=np.inf)
    return int(losses.argmin()) - n_epochs
