"""Keras callbacks that tell others of each epoch."""

from typing import Any

import keras

from skdigits._callbacks import FitTask
from skdigits._progress import Show


class TaskEpochs(keras.callbacks.Callback):
    """Tells scikit-learn's callbacks of each epoch."""

    def __init__(self, task: FitTask) -> None:
        super().__init__()
        self._task = task
        self._history: dict[str, list[float]] = {}

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Begin a subtask."""
        self._task.epoch_begins()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """End it, and the training where a callback asks for it."""
        for name, value in (logs or {}).items():
            self._history.setdefault(name, []).append(value)
        if self._task.epoch_ends(self._fitted):
            self.model.stop_training = True

    def _fitted(self) -> dict[str, Any]:
        history = {name: list(values) for name, values in self._history.items()}
        return {"weights_": self.model.get_weights(), "history_": history}


class WatchedEpochs(keras.callbacks.Callback):
    """Tells a watcher how far the training is."""

    def __init__(self, show: Show) -> None:
        super().__init__()
        self._show = show

    def on_train_begin(self, logs: Any = None) -> None:
        """Tell that no epoch is done."""
        self._show(0, {})

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Tell number, loss and metrics of the epoch."""
        self._show(epoch + 1, logs or {})
