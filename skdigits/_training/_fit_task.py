"""Notify scikit-learn's callbacks (`sklearn.callback`, new in 1.9) of epochs."""

from collections.abc import Callable
from typing import Any

from sklearn.base import BaseEstimator

try:
    from sklearn.callback import CallbackSupportMixin
except ImportError:  # scikit-learn older than 1.9 has no callbacks

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Empty placeholder."""


class FitTask:
    """A fit as a task, and its epochs as subtasks, for scikit-learn's callbacks."""

    def __init__(self, estimator: BaseEstimator, epochs: int, X: Any, y: Any) -> None:
        self._estimator = estimator
        self._data = {"X": X, "y": y}
        self._context = estimator._init_callback_context(max_subtasks=epochs)
        self._context.call_on_fit_task_begin(estimator=estimator, **self._data)

    def begin_epoch(self) -> None:
        """Notify callbacks that an epoch begins."""
        self._epoch = self._context.subcontext(task_name="epoch")
        self._epoch.call_on_fit_task_begin(estimator=self._estimator, **self._data)

    def end_epoch(self, fitted: Callable[[], dict[str, Any]]) -> bool:
        """Notify callbacks that an epoch ends; return whether one stops the fit.

        `fitted` returns the attributes of an estimator that stops here.
        """
        return self._epoch.call_on_fit_task_end(
            estimator=self._estimator, reconstruction_attributes=fitted, **self._data
        )

    def end(self) -> None:
        """Notify callbacks that the fit ends."""
        self._context.call_on_fit_task_end(
            estimator=self._estimator, reconstruction_attributes={}, **self._data
        )


def fit_task(estimator: BaseEstimator, epochs: int, X: Any, y: Any) -> FitTask | None:
    """Begin a task; return None if no callbacks are set here or on a meta-estimator.

    A fit in a single step has 0 epochs.
    """
    names = ("_skl_callbacks", "_parent_callback_ctx")
    if any(hasattr(estimator, name) for name in names):
        return FitTask(estimator, epochs, X, y)
    return None
