"""Keras callbacks that notify others of each epoch."""

from typing import Any

import keras

from skdigits._training._fit_progress import FitProgress
from skdigits._training._fit_task import FitTask


class NotifyTask(keras.callbacks.Callback):
    """Notifies scikit-learn's callbacks of each epoch."""

    def __init__(self, task: FitTask) -> None:
        super().__init__()
        self._task = task
        self._history: dict[str, list[float]] = {}

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Begin a subtask."""
        self._task.begin_epoch()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """End the subtask, and the training if a callback stops it."""
        for name, value in (logs or {}).items():
            self._history.setdefault(name, []).append(value)
        if self._task.end_epoch(self._fitted):
            self.model.stop_training = True

    def _fitted(self) -> dict[str, Any]:
        history = {name: list(values) for name, values in self._history.items()}
        return {"weights_": self.model.get_weights(), "history_": history}


class NotifyProgress(keras.callbacks.Callback):
    """Notifies the progress of a fit of each epoch."""

    def __init__(self, progress: FitProgress) -> None:
        super().__init__()
        self._progress = progress

    def on_train_begin(self, logs: Any = None) -> None:
        """Notify of 0 epochs."""
        self._progress.begin()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Notify of the number of epochs done."""
        self._progress.begin_epoch(epoch)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Notify of the end of an epoch, with its loss and metrics."""
        self._progress.end_epoch(epoch, logs or {})
