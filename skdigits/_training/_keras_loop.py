"""Batches, learning rates and reports of the compiled loop, for Keras's own loop."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from skdigits._images import to_unit_range
from skdigits._training._loop import Report
from skdigits._training._tensors import Arrays


class ShuffledBatches(keras.utils.PyDataset):
    """The batches of the compiled loop, in the same order, for Keras's own loop."""

    def __init__(
        self,
        data: Arrays,
        batch_size: int,
        indices: NDArray[np.intp],
        orders: Iterator[NDArray[np.int32]],
        epoch_images: Iterator[NDArray[Any]] | None = None,
    ) -> None:
        super().__init__()
        self._data = data
        self._batch_size = batch_size
        self._orders = orders
        self._epoch_images = epoch_images
        # Keras inspects the batches once before the first epoch.
        self._order = indices.astype(np.int32)

    def __len__(self) -> int:
        return -(-len(self._order) // self._batch_size)

    def __getitem__(self, index: int) -> Arrays:
        start = index * self._batch_size
        indices = self._order[start : start + self._batch_size]
        return tuple(to_unit_range(part[indices]) for part in self._data)

    def on_epoch_begin(self) -> None:
        """Draw the epoch's order and take its images."""
        self._order = next(self._orders)
        if self._epoch_images is not None:
            self._data = (next(self._epoch_images), *self._data[1:])


class RateSchedule(keras.callbacks.Callback):
    """The compiled loop's shares of the learning rate, for Keras's own loop."""

    def __init__(self, rates: NDArray[np.float32]) -> None:
        super().__init__()
        self._rates = rates

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Store the number of the epoch."""
        self._epoch = epoch

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Scale the rate, which other callbacks may have set, for this step."""
        self._full_rate = float(self.model.optimizer.learning_rate)
        share = self._rates[self._epoch, batch]
        self.model.optimizer.learning_rate.assign(self._full_rate * share)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Restore the full rate."""
        self.model.optimizer.learning_rate.assign(self._full_rate)


class BatchReport(keras.callbacks.Callback):
    """The compiled loop's reports within an epoch, for Keras's own loop."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self._report = report

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Report the fraction of the epoch's batches that are done."""
        self._report((batch + 1) / self.params["steps"])
