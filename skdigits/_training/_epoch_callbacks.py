"""Keras callbacks that notify others of each epoch."""

from typing import Any

import keras

from skdigits._training._fit_task import FitTask
from skdigits._training._progress import Listener


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


class NotifyListener(keras.callbacks.Callback):
    """Notifies a listener of the number of epochs done."""

    def __init__(self, listener: Listener) -> None:
        super().__init__()
        self._listener = listener

    def on_train_begin(self, logs: Any = None) -> None:
        """Notify of 0 epochs."""
        self._listener(0, {})

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Notify of the epochs done, with the loss and metrics of the last."""
        self._listener(epoch + 1, logs or {})
