"""The form in which data sets are returned."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import Bunch


def make_bunch(
    data: NDArray[np.float32],
    target: NDArray[np.int64],
    image_shape: tuple[int, int],
    description: str,
    return_X_y: bool,
) -> Any:
    """Return rows and labels, or a Bunch that also holds stacks and a description."""
    if return_X_y:
        return data, target
    images = data.reshape(-1, *image_shape)
    return Bunch(data=data, images=images, target=target, DESCR=description)
