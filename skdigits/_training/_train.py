"""One training, through scikeras: from scratch or from a checkpoint."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from typing import Any

import numpy as np

from skdigits._training._fit_progress import FitProgress
from skdigits._training._fit_task import FitTask
from skdigits._training._job import Checkpoint, Objective, Schedule, TrainingData
from skdigits._training._noisy_epochs import noisy_epochs
from skdigits._training._pool import ModelPool
from skdigits._training._progress import fit_progress
from skdigits._training._schedules import SCHEDULES
from skdigits.networks._architectures import Architecture
from skdigits.networks._tensorflow import check_training_context, prepare_tensorflow

# Pixels of a fit's images up to which a graph for batches of any size pays: it is made
# in half the time, but convolutional networks train up to 7 % slower.
_MAX_PIXELS_ANY_BATCH = 2**20

_pool = ModelPool()


def train(
    architecture: Architecture,
    objective: Objective,
    schedule: Schedule,
    data: TrainingData,
    *,
    start: Checkpoint | None = None,
    resumable: bool = False,
    title: str | None = None,
    task: FitTask | None = None,
) -> Checkpoint:
    """Train a network from scratch, or resume from the checkpoint `start`.

    Only a `resumable` training returns the optimizer's state. Progress is shown under
    `title`, and `task` is notified of epochs; neither changes the result.
    """
    prepare_tensorflow()
    check_training_context()
    from scikeras.wrappers import BaseWrapper

    # The graph's integers have 32 bits.
    batch_size = min(schedule.batch_size, 2 ** len(data.indices).bit_length())
    static = len(data.indices) * data.X.shape[1] > _MAX_PIXELS_ANY_BATCH
    kind = (architecture, objective.compiled, batch_size if static else None)
    # A penalty of 0 takes less time than another graph, if the fit is short.
    penalized = (architecture, objective.compiled_with_penalty, None)
    with (
        _pool.lend(
            kind,
            lambda: _compile(*kind[:2]),
            returns=not schedule.callbacks,
            substitute=None if static else penalized,
        ) as model,
        fit_progress(title, schedule.epochs, len(data.indices)) as progress,
        _callbacks(schedule, progress, task) as callbacks,
        _epoch_images(data, schedule) as epoch_images,
    ):
        _reset(model, objective.alpha, schedule)
        if start is not None:
            _restore(model, start)
        # scikeras seeds through global state; the model is seeded already.
        wrapper = BaseWrapper(
            model=lambda: model,
            epochs=schedule.epochs,
            batch_size=batch_size,
            callbacks=callbacks,
            random_state=None,
            verbose=0,
        )
        # scikeras examines its `y` as labels, and would copy images three times.
        wrapper.fit(
            data.X,
            np.zeros(len(data.X), np.int8),
            targets=data.y,
            sample_weight=data.weight,
            indices=data.indices,
            static_batches=static,
            epoch_images=epoch_images,
            validation_data=data.validation_data,
            schedule=SCHEDULES[schedule.learning_rate_schedule],
            report=progress.report,
        )
        if not wrapper.history_.get("loss"):
            raise ValueError(
                "No epoch was trained: a callback, such as Keras's BackupAndRestore, "
                "resumed a run that has finished all epochs. Remove the files of that "
                "run or increase epochs; memory= loads finished fits from a cache."
            )
        before = {} if start is None else start.history
        return Checkpoint(
            model.get_weights(),
            {
                name: [*before.get(name, ()), *values]
                for name, values in wrapper.history_.items()
            },
            model.optimizer_state() if resumable else None,
        )


def _epoch_images(
    data: TrainingData, schedule: Schedule
) -> AbstractContextManager[Iterator[Any] | None]:
    """Return the images of each epoch, or None if they are always the same."""
    if data.noise is None:
        return nullcontext()
    return closing(noisy_epochs(data.X, data.noise, schedule.seed, schedule.epochs))


def _compile(architecture: Architecture, objective: Objective) -> Any:
    from skdigits import networks
    from skdigits._training import _losses, _metrics
    from skdigits._training._engine import EpochModel
    from skdigits._training._optimizer import FusedAdam
    from skdigits.networks._keras_layers import SharedL2

    penalty = SharedL2() if objective.alpha else None
    network = networks.in_precision(architecture.build(penalty), objective.precision)
    if objective.adversarial:
        network = networks.against_adversary(network, objective.adversarial)
    model = EpochModel(network.inputs, network.outputs)
    model.compile(
        FusedAdam(),
        getattr(_losses, objective.loss)(**dict(objective.settings)),
        {name: getattr(_metrics, name) for name in objective.metrics},
        penalty=penalty,
    )
    return model


def _reset(model: Any, alpha: float, schedule: Schedule) -> None:
    """Undo what an earlier fit left: weights, optimizer state, penalty and seeds."""
    rng = np.random.default_rng(schedule.seed)
    model.reset(lambda: int(rng.integers(2**31)))
    if model.penalty is not None:
        model.penalty.alpha.assign(alpha)
    model.optimizer.learning_rate.assign(schedule.learning_rate)


def _restore(model: Any, start: Checkpoint) -> None:
    """Load a checkpoint; without the optimizer's state, Adam starts anew."""
    model.set_weights(start.weights)
    if start.optimizer is not None:
        model.set_optimizer_state(start.optimizer)


@contextmanager
def _callbacks(
    schedule: Schedule, progress: FitProgress, task: FitTask | None
) -> Iterator[list[Any]]:
    """Lend the user's callbacks, the same objects, and our own."""
    import keras

    from skdigits._training._epoch_callbacks import NotifyProgress, NotifyTask

    own: list[Any] = [] if task is None else [NotifyTask(task)]
    if progress.has_listeners:
        own.append(NotifyProgress(progress))
    if schedule.n_iter_no_change is not None:
        stopping = keras.callbacks.EarlyStopping(
            patience=schedule.n_iter_no_change, restore_best_weights=True
        )
        own.insert(0, stopping)
    try:
        yield [*schedule.callbacks, *own]
    finally:
        # Clones of the estimator, and its pickles, copy its callbacks: without a model.
        for callback in schedule.callbacks:
            if isinstance(callback, keras.callbacks.Callback):
                keras.callbacks.Callback.set_model(callback, None)
