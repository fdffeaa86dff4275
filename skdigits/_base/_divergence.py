"""Trainings that diverged: an error or a warning, never a silent wrong answer."""

import math

from sklearn.exceptions import ConvergenceWarning

from skdigits._training import Checkpoint
from skdigits._warnings import warn_user

# A loss above this multiple of an untrained network's means that training diverged.
_MARGIN = 4


def check_divergence(
    checkpoint: Checkpoint, kept: int, chance: float, rate: float, estimator: str
) -> None:
    """Raise if weights or loss are not finite; warn if the loss is far above chance.

    `kept` is the index of the epoch that the weights are from, `chance` is about the
    loss of an untrained network, and `rate` is the learning rate.
    """
    loss = checkpoint.history["loss"][kept]
    advice = (
        f"learning_rate={rate:g}. Set a smaller learning_rate, and pass pixels in "
        "[0, 1]."
    )
    if not (checkpoint.has_finite_weights and math.isfinite(loss)):
        raise ValueError(
            f"{estimator}: Solver produced non-finite parameter weights or loss with "
            f"{advice}"
        )
    if loss > _MARGIN * chance:
        warn_user(
            f"{estimator}: training ended with a loss of {loss:.3g}, far above "
            f"{chance:.3g} without training, with {advice}",
            ConvergenceWarning,
        )
