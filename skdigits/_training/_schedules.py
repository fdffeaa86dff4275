"""Learning-rate schedules by name: fraction of `learning_rate` at each step."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

# One-cycle policy (Smith and Topin 2018, arXiv:1708.07120): the initial rate, and
# the fraction of all steps until the peak.
_START = 1 / 25
_RISE = 0.3


def constant(n_steps: int) -> NDArray[np.float32]:
    """Full rate throughout."""
    return np.ones(n_steps, dtype=np.float32)


def cosine(n_steps: int) -> NDArray[np.float32]:
    """Fall along half a cosine to 0 [1]_.

    .. [1] Loshchilov and Hutter (2017). SGDR: stochastic gradient descent with warm
       restarts. ICLR, equation 5.
    """
    return _half_cosine(1.0, 0.0, n_steps)


def one_cycle(n_steps: int) -> NDArray[np.float32]:
    """Rise from 1/25 to the full rate over 30 % of the steps, then fall to 0."""
    n_rise = int(_RISE * n_steps)
    rise = _half_cosine(_START, 1.0, n_rise)
    return np.concatenate([rise, _half_cosine(1.0, 0.0, n_steps - n_rise)])


def _half_cosine(start: float, stop: float, n_steps: int) -> NDArray[np.float32]:
    progress = np.arange(n_steps) / max(1, n_steps)
    share = (1 - np.cos(np.pi * progress)) / 2
    return (start + (stop - start) * share).astype(np.float32)


SCHEDULES: dict[str, Callable[[int], NDArray[np.float32]]] = {
    "constant": constant,
    "cosine": cosine,
    "one_cycle": one_cycle,
}
