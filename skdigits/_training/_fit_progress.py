"""Progress of a fit: epochs done, images per second and time left."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

# Epochs that take less are reported at their end only, in seconds.
_LONG_EPOCH = 1.0
# Time between two reports within an epoch, in seconds.
_INTERVAL = 0.25


@dataclass(frozen=True)
class Progress:
    """How far a fit is.

    Parameters
    ----------
    done : float
        Number of epochs, and the fraction of the current one.
    n_epochs : int
        Number of all epochs.
    values : mapping of str to float
        Loss and metrics of the last epoch, if one has ended.
    images_per_second : float or None
        Speed of training in the current epoch; None at the end of an epoch.
    seconds_left : float or None
        Time until the last epoch ends, if the fit continues as fast as before; None
        at the end of an epoch.
    """

    done: float
    n_epochs: int
    values: Mapping[str, float] = field(default_factory=dict)
    images_per_second: float | None = None
    seconds_left: float | None = None

    @property
    def is_within_epoch(self) -> bool:
        """Whether the current epoch has not ended."""
        return self.images_per_second is not None


Listener = Callable[[Progress], None]


@dataclass(frozen=True)
class _Mark:
    """A time, and the number of epochs done at that time."""

    seconds: float
    done: float

    def seconds_per_epoch(self, start: Self) -> float:
        """Return the time that an epoch has taken since `start`."""
        return (self.seconds - start.seconds) / (self.done - start.done)


class FitProgress:
    """Notifies listeners at the beginning, after each epoch, and within long epochs."""

    def __init__(
        self, listeners: Sequence[Listener], n_epochs: int, n_images: int
    ) -> None:
        self._listeners = listeners
        self._n_epochs = n_epochs
        self._n_images = n_images
        self._values: Mapping[str, float] = {}
        self._fit_start: _Mark | None = None
        self.begin_epoch(0)

    @property
    def has_listeners(self) -> bool:
        """Whether anybody is notified."""
        return bool(self._listeners)

    def begin(self) -> None:
        """Notify of 0 epochs."""
        self._notify(Progress(0, self._n_epochs))

    def begin_epoch(self, epoch: int) -> None:
        """Note the number of epochs done."""
        self._epoch = epoch
        self._epoch_start: _Mark | None = None

    def report(self, fraction: float) -> None:
        """Notify of a fraction of the epoch, a few times a second."""
        if not self._listeners:
            return
        here = _Mark(time.perf_counter(), self._epoch + fraction)
        # From the first report on, before which the graph may have been compiled.
        self._fit_start = self._fit_start or here
        if self._epoch_start is None:
            self._epoch_start = here
            self._next = here.seconds + _LONG_EPOCH
        elif here.seconds >= self._next:
            self._next = here.seconds + _INTERVAL
            speed = self._n_images / here.seconds_per_epoch(self._epoch_start)
            n_left = self._n_epochs - here.done
            left = n_left * here.seconds_per_epoch(self._fit_start)
            self._notify(Progress(here.done, self._n_epochs, self._values, speed, left))

    def end_epoch(self, epoch: int, values: Mapping[str, float]) -> None:
        """Notify of the end of an epoch, with its loss and metrics."""
        self._values = dict(values)
        self._notify(Progress(epoch + 1, self._n_epochs, self._values))

    def _notify(self, progress: Progress) -> None:
        for listener in self._listeners:
            listener(progress)
