"""Temperature scaling: probabilities that agree with how often labels are right."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

# Bounds of the temperature's natural logarithm.
_LOG_RANGE = (-3.0, 3.0)
# The label smoothing that would teach a network how certain it may be; chosen on
# held-out training images of MNIST.
_DOUBT = 3e-4


def find_temperature(
    log_probabilities: NDArray[Any], targets: NDArray[np.int32]
) -> float:
    """Return the temperature that minimizes the cross-entropy of held-out images.

    Dividing logits by it changes probabilities, not the most probable label (Guo et al.
    2017, On calibration of modern neural networks, arXiv:1706.04599).
    """
    rows = np.arange(len(targets))

    def cross_entropy(log_temperature: float) -> float:
        logits = log_probabilities / np.exp(log_temperature)
        return -float(log_softmax(logits, axis=1)[rows, targets].mean())

    best = minimize_scalar(cross_entropy, bounds=_LOG_RANGE, method="bounded")
    return float(np.exp(best.x))


def undo_smoothing(label_smoothing: float, n_classes: int) -> float:
    """Return the temperature that undoes the effect of label smoothing.

    Label smoothing trains for the log-odds ``log((1 - s + s / K) / (s / K))`` where a
    network is certain; divided by the temperature, they become those of 0.9997.
    """
    if not label_smoothing:
        return 1.0
    learnt = _log_odds(label_smoothing, n_classes)
    return min(1.0, learnt / _log_odds(_DOUBT, n_classes))


def _log_odds(smoothing: float, n_classes: int) -> float:
    """Return the log-odds of the true class against another one."""
    other = smoothing / n_classes
    return math.log((1 - smoothing + other) / other)
