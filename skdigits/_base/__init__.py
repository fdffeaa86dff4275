"""Base classes of the estimators: shared parameters, training and prediction."""

from skdigits._base._classifier import DigitClassifier
from skdigits._base._estimator import (
    IMAGE_DTYPES,
    KerasEstimator,
    layer_sizes,
)
from skdigits._base._labels import LabelledEstimator

__all__ = [
    "IMAGE_DTYPES",
    "DigitClassifier",
    "KerasEstimator",
    "LabelledEstimator",
    "layer_sizes",
]
