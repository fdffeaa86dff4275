"""Any classifier of images of digits, called with ink."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline

from skdigits.preprocessing import DigitNormalizer
from skdigits.preprocessing._place_in_field import place_in_field
from skdigits.pretrained import load_classifier
from skdigits.reading._page_ink import Grey

# Images that are classified at once: so few are classified without TensorFlow.
_BATCH = 500


def split_normalizer(model: Any) -> tuple[DigitNormalizer | None, Any]:
    """Return the normalizer that a model starts with, or None, and its classifier."""
    if isinstance(model, FrozenEstimator):
        model = model.estimator
    model = getattr(model, "best_estimator_", model)
    if isinstance(model, Pipeline) and isinstance(model[0], DigitNormalizer):
        return model[0], model[1] if len(model) == 2 else model[1:]
    return None, model


def joint_probabilities(classifier: Any, rows: NDArray[Any]) -> NDArray[np.float64]:
    """Return for each label the probability that the image shows it.

    For a classifier that knows no other things, rows sum to 1.
    """
    knows_others = hasattr(classifier, "predict_joint_proba")
    predict = (
        classifier.predict_joint_proba if knows_others else classifier.predict_proba
    )
    return predict(rows).astype(np.float64)


class InkClassifier:
    """A classifier, the format of its images, and its probability of non-digits."""

    def __init__(self, model: Any) -> None:
        if model is None:
            model = load_classifier()
        normalizer, self._classifier = split_normalizer(model)
        self._normalizer = DigitNormalizer() if normalizer is None else normalizer
        self._check(model)
        self.labels = [str(label) for label in self._classifier.classes_]

    def _check(self, model: Any) -> None:
        """Raise an error unless the model is a fitted classifier for such images."""
        name = type(model).__name__
        if not hasattr(self._classifier, "predict_proba"):
            raise TypeError(
                f"NumberReader: classifier={name} has no predict_proba. Pass a fitted "
                "classifier that has, or a pipeline that ends in one."
            )
        if not hasattr(self._classifier, "classes_"):
            raise NotFittedError(
                f"NumberReader: classifier={name} is not fitted. Call its fit first."
            )
        n_pixels = self._normalizer.size**2
        expected = getattr(self._classifier, "n_features_in_", n_pixels)
        if expected != n_pixels:
            raise ValueError(
                f"NumberReader: classifier={name} expects images of {expected} pixels, "
                f"but normalized images have {n_pixels}. Pass a pipeline that starts "
                "with a DigitNormalizer of the right size."
            )

    def probabilities(self, inks: Sequence[Grey]) -> NDArray[np.float64]:
        """Return for each label the probability that the ink is such a digit.

        Shape (n_inks, n_labels). Rows of a `RejectingClassifier` sum up to
        the probability that the ink is a digit, other rows to 1.
        """
        box_size, size = self._normalizer.box_size, self._normalizer.size
        answers = [np.empty((0, len(self.labels)))]
        for start in range(0, len(inks), _BATCH):
            rows = [
                place_in_field(ink, box_size=box_size, size=size).ravel()
                for ink in inks[start : start + _BATCH]
            ]
            answers.append(joint_probabilities(self._classifier, np.stack(rows)))
        return np.concatenate(answers)
