"""Base classes of the estimators: shared parameters, training and prediction."""

from skdigits._base._classifier import DigitClassifier
from skdigits._base._estimator import (
    IMAGE_DTYPES,
    KerasEstimator,
    LabelledEstimator,
    layer_sizes,
)

__all__ = [
    "IMAGE_DTYPES",
    "DigitClassifier",
    "KerasEstimator",
    "LabelledEstimator",
    "layer_sizes",
]
