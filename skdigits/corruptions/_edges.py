"""Edges of images by Canny's method."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits.corruptions._base import SpatialCorruption
from skdigits.corruptions._constraints import real
from skdigits.corruptions._gaussian import smooth


class CannyEdges(SpatialCorruption):
    """Replace images by their edges, which are 1, the rest 0.

    Parameters
    ----------
    std : float, default=1
        Standard deviation in pixels of the Gaussian that smooths the image, in
        [0, 50].

    low : float, default=0.1
        Least gradient of an edge: in [0, 8], where a step from 0 to 1 between columns
        has 4. See Notes.

    high : float, default=0.2
        Least gradient, in [0, 8], somewhere on each edge.

    image_shape : tuple of int or None, default=None
        Height and width in pixels of images passed as rows. None infers it: from a
        stack, else a square, else a single row.

    Attributes
    ----------
    image_shape_ : tuple of int
        Height and width in pixels of the images in `fit`.

    n_features_in_ : int
        Number of pixels per image.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, if `fit` received a dataframe with string column names.

    See Also
    --------
    DefocusBlur : Removes edges.

    Notes
    -----
    Canny's method [1]_ with the details of scikit-image's ``feature.canny``. The image
    is smoothed; beyond its border it has no pixels. The gradient is that of the Sobel
    filters ``[1, 2, 1]`` and ``[-1, 0, 1]``, which are not normalized. An edge is a
    pixel whose gradient is at least `low` and not below those one pixel before and
    behind it in the direction of the gradient, interpolated between two neighbours.
    Edges are kept if a pixel that is connected to them by edges reaches `high`. The
    outermost pixels are never edges.

    References
    ----------
    .. [1] Canny (1986). A computational approach to edge detection. IEEE Transactions
       on Pattern Analysis and Machine Intelligence 8(6), 679-698.
    """

    _parameter_constraints: dict[str, list[Any]] = {
        **SpatialCorruption._parameter_constraints,
        "std": real(0, 50),
        "low": real(0, 8),
        "high": real(0, 8),
    }

    def __init__(
        self,
        std: float = 1,
        *,
        low: float = 0.1,
        high: float = 0.2,
        image_shape: tuple[int, int] | None = None,
    ) -> None:
        self.std = std
        self.low = low
        self.high = high
        self.image_shape = image_shape

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        everywhere = np.ones((1, *pixels.shape[1:]), pixels.dtype)
        share_inside = smooth(everywhere, self.std, mode="constant")
        smoothed = smooth(pixels, self.std, mode="constant") / share_inside
        down, right = _sobel(smoothed)
        gradient = np.hypot(down, right)
        is_edge = (gradient >= self.low) & _is_maximal(gradient, down, right)
        return self._connected(is_edge, gradient).astype(pixels.dtype)

    def _connected(
        self, is_edge: NDArray[np.bool_], gradient: NDArray[Any]
    ) -> NDArray[np.bool_]:
        """Return the edges that reach the high threshold somewhere."""
        from scipy.ndimage import label

        # Pixels touch their eight neighbours, images do not touch each other.
        neighbours = np.zeros((3, 3, 3), dtype=bool)
        neighbours[1] = True
        labels, n_labels = label(is_edge, neighbours)
        is_kept = np.zeros(n_labels + 1, dtype=bool)
        is_kept[labels[is_edge & (gradient >= self.high)]] = True
        return is_kept[labels]


def _sobel(pixels: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the vertical and the horizontal component of the gradient."""
    from scipy.ndimage import correlate1d

    slope, weights = [-1.0, 0.0, 1.0], [1.0, 2.0, 1.0]
    down = correlate1d(correlate1d(pixels, slope, axis=1), weights, axis=2)
    right = correlate1d(correlate1d(pixels, slope, axis=2), weights, axis=1)
    return down, right


def _is_maximal(
    gradient: NDArray[Any], down: NDArray[Any], right: NDArray[Any]
) -> NDArray[np.bool_]:
    """Return whether gradients are maxima along their direction."""
    image, y, x = np.nonzero(gradient)
    inside = (y > 0) & (y < gradient.shape[1] - 1)
    inside &= (x > 0) & (x < gradient.shape[2] - 1)
    image, y, x = image[inside], y[inside], x[inside]
    here, down, right = gradient[image, y, x], down[image, y, x], right[image, y, x]
    is_steep = np.abs(down) > np.abs(right)
    longer = np.where(is_steep, down, right)
    # The point one pixel away along the longer component lies between a neighbour on
    # the axis and one on the diagonal.
    share = np.abs(np.where(is_steep, right, down) / longer)
    step_y, step_x = np.sign(down).astype(int), np.sign(right).astype(int)
    axis_y, axis_x = np.where(is_steep, step_y, 0), np.where(is_steep, 0, step_x)
    is_maximal = np.ones(len(here), dtype=bool)
    for sign in (1, -1):
        on_axis = gradient[image, y + sign * axis_y, x + sign * axis_x]
        diagonal = gradient[image, y + sign * step_y, x + sign * step_x]
        is_maximal &= here >= (1 - share) * on_axis + share * diagonal
    result = np.zeros(gradient.shape, dtype=bool)
    result[image[is_maximal], y[is_maximal], x[is_maximal]] = True
    return result
