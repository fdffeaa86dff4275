"""What a training is given, and the checkpoint that it returns."""

import dataclasses
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

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
class TrainingData:
    """Arrays of one fit; an epoch consists of the samples `indices` of `X`."""

    X: NDArray[Any]
    y: NDArray[Any]
    indices: NDArray[np.intp]
    weight: NDArray[np.float32] | None = None
    validation_data: tuple[NDArray[Any], NDArray[Any]] | None = None


@dataclasses.dataclass(frozen=True)
class Checkpoint:
    """Result of a training, from which another can resume.

    `optimizer` holds the number of steps and Adam's moments; None where the training
    will not resume.
    """

    weights: Weights
    history: dict[str, list[float]]
    optimizer: Weights | None = None
