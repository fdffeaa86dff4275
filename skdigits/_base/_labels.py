"""Base class for estimators fitted on class labels."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits._base._estimator import KerasEstimator
from skdigits._images import StackShape


class LabelledEstimator(KerasEstimator):
    """Base class for estimators fitted on class labels."""

    classes_: NDArray[Any]

    def _validate(
        self, X: Any, *y: Any, reset: bool
    ) -> tuple[Any, Any, StackShape | None]:
        for labels in y:
            self._refuse_one_hot(labels, "y")
        return super()._validate(X, *y, reset=reset)

    def _refuse_one_hot(self, labels: Any, argument: str) -> None:
        shape = np.asarray(labels).shape
        if len(shape) == 2 and shape[1] > 1:
            raise ValueError(
                f"{type(self).__name__}: {argument} has shape {shape}, expected one "
                f"label per image. If it is one-hot, pass {argument}.argmax(axis=1)."
            )

    def _class_indices(self, labels: NDArray[Any], argument: str) -> NDArray[np.int32]:
        """Return the index of each label in `classes_`, or raise ValueError."""
        self._refuse_unknown(labels.tolist(), argument)
        return np.searchsorted(self.classes_, labels).astype(np.int32)

    def _refuse_unknown(self, labels: Iterable[Any], argument: str) -> None:
        classes = self.classes_.tolist()
        # Not by NumPy, which takes "3" for 3.
        if unknown := sorted(set(labels) - set(classes), key=repr):
            raise ValueError(
                f"{type(self).__name__}: {argument} holds the labels "
                f"{unknown!r:.200}, but the classes are {classes!r:.200}."
            )

    def _targets(self, y: NDArray[Any]) -> NDArray[Any]:
        return self.classes_[y]
