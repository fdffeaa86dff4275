"""What the estimators share: parameters, one way to train, one way to predict."""

from skdigits._base._classifier import DigitClassifier
from skdigits._base._estimator import KerasEstimator, LabelledEstimator, layer_sizes

__all__ = ["DigitClassifier", "KerasEstimator", "LabelledEstimator", "layer_sizes"]
