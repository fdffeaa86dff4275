"""The digits that come with scikit-learn."""

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.utils import Bunch
from sklearn.utils._param_validation import validate_params

from skdigits.datasets._bunch import make_bunch


@validate_params({"return_X_y": ["boolean"]}, prefer_skip_nested_validation=True)
def load_small_digits(
    *, return_X_y: bool = False
) -> Bunch | tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Load scikit-learn's data set of 1,797 digit images of 8x8 pixels.

    Parameters
    ----------
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    digits : Bunch
        ``data`` of shape (1797, 64), ``images`` of shape (1797, 8, 8), both float32 in
        [0, 1], ``target`` of shape (1797,) with labels 0 to 9, and ``DESCR``.

    Examples
    --------
    >>> from skdigits.datasets import load_small_digits
    >>> load_small_digits().images.shape
    (1797, 8, 8)
    """
    digits = load_digits()
    data = (digits.data / 16).astype(np.float32)  # ink counts of 4x4 blocks
    return make_bunch(data, digits.target, (8, 8), digits.DESCR, return_X_y)
