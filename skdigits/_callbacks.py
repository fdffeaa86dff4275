"""scikit-learn's callbacks (`sklearn.callback`, new in 1.9), told of each epoch."""

from collections.abc import Callable
from typing import Any

from sklearn.base import BaseEstimator

try:
    from sklearn.callback import CallbackSupportMixin
except ImportError:  # scikit-learn older than 1.9 has no callbacks

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Nothing to support."""


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
    """Begin a task, unless nobody has set callbacks here or on what holds this.

    Of no epochs, where a fit is but one step.
    """
    names = ("_skl_callbacks", "_parent_callback_ctx")
    if any(hasattr(estimator, name) for name in names):
        return FitTask(estimator, epochs, X, y)
    return None
