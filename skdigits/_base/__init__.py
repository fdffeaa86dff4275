"""Base classes of the estimators: shared parameters, training and prediction."""

from skdigits._base._classifier import DigitClassifier
from skdigits._base._estimator import (
    IMAGE_DTYPES,
    KerasEstimator,
    layer_sizes,
)
from skdigits._base._labels import LabelledEstimator
from skdigits._base._noise import (
    NOISE_CONSTRAINTS,
    has_salt_and_pepper,
    noise_by_epoch,
    noise_in_graph,
)

__all__ = [
    "IMAGE_DTYPES",
    "NOISE_CONSTRAINTS",
    "DigitClassifier",
    "KerasEstimator",
    "LabelledEstimator",
    "has_salt_and_pepper",
    "layer_sizes",
    "noise_by_epoch",
    "noise_in_graph",
]
