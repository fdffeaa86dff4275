"""Base classes of the estimators: shared parameters, training and prediction."""

from skdigits._base._classifier import DigitClassifier
from skdigits._base._estimator import KerasEstimator, LabelledEstimator, layer_sizes

__all__ = ["DigitClassifier", "KerasEstimator", "LabelledEstimator", "layer_sizes"]
