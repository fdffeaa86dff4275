"""What a training is given, and the checkpoint that it returns."""

import dataclasses
from collections.abc import Sequence
from numbers import Integral
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skdigits.networks._architectures import Architecture

Weights = list[NDArray[Any]]


@dataclasses.dataclass(frozen=True)
class Objective:
    """What training minimizes and measures.

    Parameters
    ----------
    loss : str
        Name of a function in `skdigits._training._losses`.
    settings : tuple of (str, value)
        Arguments of the loss.
    metrics : tuple of str
        Names of functions in `skdigits._training._metrics`.
    alpha : float
        L2 factor on the hidden kernels, >= 0.
    adversarial : float
        Distance by which images are moved to where the network does worse, >= 0.
    precision : str
        Keras's name of the dtype policy of the hidden layers.
    """

    loss: str
    settings: tuple[tuple[str, Any], ...] = ()
    metrics: tuple[str, ...] = ()
    alpha: float = 0.0
    adversarial: float = 0.0
    precision: str = "float32"

    @property
    def compiled(self) -> Self:
        """What decides the compiled graph: of `alpha`, only whether it is zero."""
        return dataclasses.replace(self, alpha=float(self.alpha != 0))

    @property
    def compiled_with_penalty(self) -> Self:
        """What decides the graph of the same training with another `alpha`."""
        return dataclasses.replace(self, alpha=1.0)


@dataclasses.dataclass(frozen=True)
class Schedule:
    """How long and how fast to train; none of it needs a new graph."""

    epochs: int
    batch_size: int
    learning_rate: float
    learning_rate_schedule: str
    seed: int
    n_iter_no_change: int | None = None
    callbacks: Sequence[Any] = ()


@dataclasses.dataclass(frozen=True)
class Noise:
    """Transformers of images, one of which changes each image anew in each epoch."""

    transformers: tuple[Any, ...]
    image_shape: tuple[int, int]


@dataclasses.dataclass(frozen=True)
class TrainingData:
    """Arrays of one fit; an epoch consists of the samples `indices` of `X`."""

    X: NDArray[Any]
    y: NDArray[Any]
    indices: NDArray[np.intp]
    weight: NDArray[np.float32] | None = None
    validation_data: tuple[NDArray[Any], NDArray[Any]] | None = None
    noise: Noise | None = None


@dataclasses.dataclass(frozen=True)
class Checkpoint:
    """Result of a training, from which another can resume.

    `optimizer` holds the number of steps and Adam's moments; None where the training
    will not resume.
    """

    weights: Weights
    history: dict[str, list[float]]
    optimizer: Weights | None = None

    @property
    def has_finite_weights(self) -> bool:
        """Whether no weight is NaN or infinite."""
        return all(np.isfinite(array).all() for array in self.weights)

    def check(self, network: Architecture) -> None:
        """Raise ValueError unless a training of this network could have returned it."""
        weights = network.weights()
        _check_arrays("weights", self.weights, [w.shape for w in weights])
        if self.optimizer is not None:
            steps, *moments = self.optimizer
            if not isinstance(steps, Integral) or steps < 0:
                raise ValueError(f"the optimizer has made {steps!r:.80} steps.")
            trained = [w.shape for w in weights if w.trainable]
            _check_arrays("moments", moments, [s for s in trained for _ in range(2)])
        if not _is_history(self.history):
            raise ValueError("the history is not a dictionary of lists of numbers.")


def _is_history(history: Any) -> bool:
    return (
        type(history) is dict
        and bool(history.get("loss"))
        and all(type(curve) is list for curve in history.values())
        and all(type(v) in (int, float) for curve in history.values() for v in curve)
    )


def _check_arrays(name: str, arrays: Any, shapes: list[tuple[int, ...]]) -> None:
    if not isinstance(arrays, list) or not all(
        type(array) is np.ndarray
        and array.dtype == np.float32
        and np.isfinite(array).all()
        for array in arrays
    ):
        raise ValueError(f"the {name} are not finite arrays of dtype float32.")
    if [array.shape for array in arrays] != shapes:
        raise ValueError(
            f"the {name} have the shapes {[a.shape for a in arrays]!r:.200}, expected "
            f"{shapes!r:.200}."
        )
