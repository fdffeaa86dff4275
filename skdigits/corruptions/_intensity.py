"""Brightness and contrast."""

from typing import Any

from numpy.typing import NDArray

from skdigits.corruptions._base import Corruption
from skdigits.corruptions._constraints import real


class Brightness(Corruption):
    """Add a constant to all pixels.

    Parameters
    ----------
    offset : float, default=0.3
        The constant, a fraction of the pixel range, in [-1, 1].

    Attributes
    ----------
    n_features_in_ : int
        Number of pixels per image.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, if `fit` received a dataframe with string column names.

    See Also
    --------
    Contrast : Scales the differences between pixels.

    Notes
    -----
    A pixel x becomes ``clip(x + offset, 0, 1)``.

    Examples
    --------
    >>> from skdigits.corruptions import Brightness
    >>> Brightness(0.5).fit_transform([[0.0, 0.25, 0.75]])
    array([[0.5 , 0.75, 1.  ]])
    """

    _parameter_constraints: dict[str, list[Any]] = {"offset": real(-1, 1)}

    def __init__(self, offset: float = 0.3) -> None:
        self.offset = offset

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        return pixels + pixels.dtype.type(self.offset)


class Contrast(Corruption):
    """Scale the differences between the pixels and the mean of the image.

    Parameters
    ----------
    factor : float, default=0.4
        Contrast of the result as a fraction of that of the image, in [0, 100]; 1
        changes nothing.

    Attributes
    ----------
    n_features_in_ : int
        Number of pixels per image.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, if `fit` received a dataframe with string column names.

    See Also
    --------
    Brightness : Adds a constant.

    Notes
    -----
    A pixel x becomes ``clip(mean + factor * (x - mean), 0, 1)``, where ``mean`` is the
    mean of the image.
    """

    _parameter_constraints: dict[str, list[Any]] = {"factor": real(0, 100)}

    def __init__(self, factor: float = 0.4) -> None:
        self.factor = factor

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        factor = pixels.dtype.type(self.factor)
        mean = pixels.mean(axis=(1, 2), keepdims=True)
        return factor * pixels + (1 - factor) * mean
