"""The one door to scikeras, Keras and TensorFlow: train, predict, rebuild.

Everything outside deals in settings and NumPy arrays. Keras models and their compiled
graphs live here: one per architecture, shared by all fits of the process.
"""

import copy
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from skdigits._callbacks import FitTask
from skdigits._progress import epoch_watchers
from skdigits._schedules import SCHEDULES
from skdigits._single_picture import single_picture_function
from skdigits._tensorflow import prepare_tensorflow, refuse_orphan
from skdigits._weight_shapes import weight_shapes

if TYPE_CHECKING:
    import keras

Weights = list[NDArray[Any]]
Shapes = list[tuple[int, ...]]

# Models kept: enough for a sweep over architectures, few enough to bound memory.
_POOL_SIZE = 8


@dataclass(frozen=True)
class Architecture:
    """A function of `skdigits.networks` and the arguments it is called with."""

    function: str
    settings: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, function: str, settings: Mapping[str, Any]) -> Self:
        """Make one from a plain dictionary."""
        items = (
            # A dictionary within would not be hashable.
            (name, tuple(sorted(value.items())) if isinstance(value, dict) else value)
            for name, value in sorted(settings.items())
        )
        return cls(function, tuple(items))

    def build(self) -> "keras.Model":
        """Return a new, untrained network."""
        prepare_tensorflow()
        from skdigits import networks

        return getattr(networks, self.function)(**dict(self.settings))

    def shapes(self) -> tuple[Shapes, Shapes]:
        """Shapes of weights and optimizer state, found without allocating any."""
        told = weight_shapes(self.function, dict(self.settings))
        if told is None:
            prepare_tensorflow()
            import tensorflow as tf

            # Variables of a graph that never runs have a shape and no values.
            with tf.Graph().as_default():
                weights = self.build().weights
                told = [(tuple(weight.shape), weight.trainable) for weight in weights]
        # Adam's: the number of steps, then two moments for each weight that it changes.
        moments = [shape for shape, changes in told if changes for _ in range(2)]
        return [shape for shape, _ in told], [(), *moments]

    @property
    def graph(self) -> "Architecture":
        """What decides the compiled graph: of `alpha`, only whether it is zero."""
        return Architecture(
            self.function,
            tuple(
                (name, float(value != 0) if name == "alpha" else value)
                for name, value in self.settings
            ),
        )

    @property
    def alpha(self) -> float:
        """L2 factor on the hidden kernels."""
        return dict(self.settings).get("alpha", 0.0)


@dataclass(frozen=True)
class Objective:
    """A loss of `skdigits._losses`, its arguments; metrics of `skdigits._metrics`.

    An `adversarial` distance above 0 takes them where the network does worse, a
    `precision` decides how many digits hidden layers compute.
    """

    loss: str
    settings: tuple[tuple[str, Any], ...] = ()
    metrics: tuple[str, ...] = ()
    adversarial: float = 0.0
    precision: str = "float32"


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to train; none of it needs a new graph."""

    epochs: int
    batch_size: int
    learning_rate: float
    learning_rate_schedule: str
    seed: int
    n_iter_no_change: int | None = None
    callbacks: Sequence[Any] = ()


@dataclass(frozen=True)
class TrainingData:
    """Arrays of one fit; `rows` says which rows of `X` an epoch consists of."""

    X: NDArray[Any]
    y: NDArray[Any]
    rows: NDArray[np.intp]
    weight: NDArray[np.float32] | None = None
    validation_data: tuple[NDArray[Any], NDArray[Any]] | None = None


@dataclass(frozen=True)
class TrainingState:
    """Where a training stands: enough to go on as if it had not been interrupted."""

    weights: Weights
    history: dict[str, list[float]]
    # Moments and number of steps; None where nobody will go on.
    optimizer: Weights | None = None


def train(
    architecture: Architecture,
    objective: Objective,
    schedule: Schedule,
    data: TrainingData,
    *,
    start: TrainingState | None = None,
    resumable: bool = False,
    title: str | None = None,
    task: FitTask | None = None,
) -> TrainingState:
    """Train a network from scratch, or from a state; a `resumable` end can be one.

    Progress is shown under a `title`, and `task` is told of it; neither changes the
    training.
    """
    refuse_orphan()
    prepare_tensorflow()
    from scikeras.wrappers import BaseWrapper

    kind = (architecture.graph, objective, schedule.batch_size)
    with (
        _pool.lend(kind, lambda: _compiled(*kind[:2])) as model,
        _watchers(title, schedule.epochs, task) as watchers,
    ):
        _start_afresh(model, architecture.alpha, schedule)
        if start is not None:
            _go_on(model, start)
        # scikeras seeds through global state; the model is seeded already.
        wrapper = BaseWrapper(
            model=lambda: model,
            epochs=schedule.epochs,
            batch_size=schedule.batch_size,
            callbacks=[*_callbacks(schedule), *watchers],
            random_state=None,
            verbose=0,
        )
        wrapper.fit(
            data.X,
            data.y,
            sample_weight=data.weight,
            rows=data.rows,
            validation_data=data.validation_data,
            schedule=SCHEDULES[schedule.learning_rate_schedule],
        )
        before = {} if start is None else start.history
        return TrainingState(
            model.get_weights(),
            {
                name: [*before.get(name, ()), *values]
                for name, values in wrapper.history_.items()
            },
            model.optimizer_state() if resumable else None,
        )


class TrainedNetwork:
    """Weights held ready for prediction, and the Keras model rebuilt on demand."""

    def __init__(self, architecture: Architecture, weights: Weights) -> None:
        self.weights = weights
        self._architecture = architecture

    @cached_property
    def model(self) -> "keras.Model":
        """The network as a Keras model of its own."""
        model = self._architecture.build()
        model.set_weights(self.weights)
        return model

    def predict(self, X: NDArray[Any], part: str | None = None) -> NDArray[np.float32]:
        """Return outputs of the network, or of its submodel `part`, for the rows."""
        if len(X) == 1 and part is None and self._single_picture is not None:
            return self._single_picture(X)
        refuse_orphan()
        return _forward_function(self._graph, part)(self._tensors, X)

    @cached_property
    def _single_picture(self) -> Callable[..., NDArray[np.float32]] | None:
        function, settings = self._architecture.function, self._architecture.settings
        return single_picture_function(function, dict(settings), self.weights)

    @cached_property
    def _graph(self) -> Architecture:
        return self._architecture.graph

    @cached_property
    def _tensors(self) -> list[Any]:
        prepare_tensorflow()
        import tensorflow as tf

        return [tf.constant(array) for array in self.weights]


class _ModelPool:
    """Compiled models waiting for the next fit of their kind; each serves one fit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[tuple[Any, Any]] = []

    @contextmanager
    def lend(self, kind: Any, build: Callable[[], Any]) -> Iterator[Any]:
        """Lend an idle model, or a new one; it comes back unless the fit fails."""
        model = self._take(kind) or build()
        yield model
        with self._lock:
            self._idle.append((kind, model))
            del self._idle[:-_POOL_SIZE]

    def _take(self, kind: Any) -> Any:
        with self._lock:
            for index, (idle_kind, _) in enumerate(self._idle):
                if idle_kind == kind:
                    return self._idle.pop(index)[1]
        return None


_pool = _ModelPool()
_forward_functions: dict[Any, Callable[..., NDArray[np.float32]]] = {}
_forward_lock = threading.Lock()


def _forward_function(
    architecture: Architecture, part: str | None
) -> Callable[..., NDArray[np.float32]]:
    """Compiled function (weights, rows) -> outputs, shared by all fits of a kind."""
    key = (architecture, part)
    with _forward_lock:
        if key not in _forward_functions:
            while len(_forward_functions) >= _POOL_SIZE:
                del _forward_functions[next(iter(_forward_functions))]
            _forward_functions[key] = _compile_forward(architecture, part)
        return _forward_functions[key]


def _compile_forward(
    architecture: Architecture, part: str | None
) -> Callable[..., NDArray[np.float32]]:
    network = architecture.build()
    from skdigits._forward import forward_function

    return forward_function(network, part)


def _compiled(architecture: Architecture, objective: Objective) -> Any:
    from skdigits import _losses, _metrics, networks
    from skdigits._engine import EpochModel
    from skdigits._optimizer import FusedAdam

    network = networks.in_precision(architecture.build(), objective.precision)
    if objective.adversarial:
        network = networks.against_adversary(network, objective.adversarial)
    model = EpochModel(network.inputs, network.outputs)
    model.compile(
        FusedAdam(),
        getattr(_losses, objective.loss)(**dict(objective.settings)),
        {name: getattr(_metrics, name) for name in objective.metrics},
    )
    return model


def _start_afresh(model: Any, alpha: float, schedule: Schedule) -> None:
    """Undo what an earlier fit left: weights, optimizer state, penalty and seeds."""
    rng = np.random.default_rng(schedule.seed)
    model.start_afresh(lambda: int(rng.integers(2**31)))
    model.penalty.alpha.assign(alpha)
    model.optimizer.learning_rate.assign(schedule.learning_rate)


def _go_on(model: Any, start: TrainingState) -> None:
    """Take over a state; without moments the optimizer starts anew."""
    model.set_weights(start.weights)
    if start.optimizer is not None:
        model.set_optimizer_state(start.optimizer)


def _callbacks(schedule: Schedule) -> list[Any]:
    import keras

    # Copies, so that folds and refits do not share a callback's state.
    callbacks = copy.deepcopy(list(schedule.callbacks))
    if schedule.n_iter_no_change is not None:
        stopping = keras.callbacks.EarlyStopping(
            patience=schedule.n_iter_no_change, restore_best_weights=True
        )
        callbacks.append(stopping)
    return callbacks


@contextmanager
def _watchers(
    title: str | None, n_epochs: int, task: FitTask | None
) -> Iterator[list[Any]]:
    from skdigits._epochs import TaskEpochs, WatchedEpochs

    told = [] if task is None else [TaskEpochs(task)]
    with epoch_watchers(title, n_epochs) as shown:
        yield [*told, *map(WatchedEpochs, shown)]


def download_mnist(file_name: str) -> None:
    """Fetch MNIST into Keras's cache, verified by its hash."""
    prepare_tensorflow()
    import keras

    keras.datasets.mnist.load_data(file_name)
