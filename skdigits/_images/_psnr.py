"""Peak signal-to-noise ratio."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# Mean squared error of rounding to 8 bits. Noise may not change a small image at all;
# without this lower bound its PSNR, and so the mean, would be infinite.
_ROUNDING_ERROR = 1 / (12 * 255**2)


def mean_psnr(X_clean: NDArray[Any], X: NDArray[Any]) -> float:
    """Return the peak signal-to-noise ratio in dB, averaged over the images."""
    errors = (np.asarray(X_clean) - X).reshape(len(X), -1)
    squared_errors = np.mean(errors**2, axis=1)
    return float(np.mean(-10 * np.log10(np.maximum(squared_errors, _ROUNDING_ERROR))))
