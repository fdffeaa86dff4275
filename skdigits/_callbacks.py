"""Who is told of each epoch: scikit-learn's callbacks (new in 1.9), or a watcher."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sklearn.base import BaseEstimator

try:
    from sklearn.callback import CallbackSupportMixin
except ImportError:  # scikit-learn older than 1.9 has no callbacks

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Nothing to support."""


# Called with the epochs done and those to do, as each training begins and goes on.
Watch = Callable[[int, int], None]
_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watching_epochs(watch: Watch) -> Iterator[None]:
    """Have all trainings in this context watched; other processes are not."""
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)


def epoch_watch() -> Watch | None:
    """Return who watches the trainings in this context."""
    return _watch.get()


class FitTask:
    """A fit and its epochs as tasks and subtasks that callbacks watch."""

    def __init__(self, estimator: BaseEstimator, epochs: int, X: Any, y: Any) -> None:
        self._estimator = estimator
        self._data = {"X": X, "y": y}
        self._context = estimator._init_callback_context(max_subtasks=epochs)
        self._context.call_on_fit_task_begin(estimator=estimator, **self._data)

    def epoch_begins(self) -> None:
        """Tell the callbacks."""
        self._epoch = self._context.subcontext(task_name="epoch")
        self._epoch.call_on_fit_task_begin(estimator=self._estimator, **self._data)

    def epoch_ends(self, fitted: Callable[[], dict[str, Any]]) -> bool:
        """Tell the callbacks; return whether one of them wants to stop.

        `fitted` makes the attributes of an estimator that stops here.
        """
        return self._epoch.call_on_fit_task_end(
            estimator=self._estimator, reconstruction_attributes=fitted, **self._data
        )

    def ends(self) -> None:
        """Tell the callbacks."""
        self._context.call_on_fit_task_end(
            estimator=self._estimator, reconstruction_attributes={}, **self._data
        )


def fit_task(estimator: BaseEstimator, epochs: int, X: Any, y: Any) -> FitTask | None:
    """Begin a task, unless nobody has set callbacks here or on what holds this."""
    names = ("_skl_callbacks", "_parent_callback_ctx")
    if any(hasattr(estimator, name) for name in names):
        return FitTask(estimator, epochs, X, y)
    return None
