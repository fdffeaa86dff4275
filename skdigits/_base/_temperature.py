"""Temperature scaling: probabilities that agree with how often labels are right."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

# Bounds of the temperature's natural logarithm.
_LOG_RANGE = (-3.0, 3.0)


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
