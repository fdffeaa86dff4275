"""Parts of images that are hidden, lost or inverted."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils._param_validation import StrOptions

from skdigits.corruptions._base import SpatialCorruption
from skdigits.corruptions._constraints import Fraction, real
from skdigits.corruptions._random import image_generators


class Occlusion(SpatialCorruption):
    """Hide a rectangle at a random place.

    Parameters
    ----------
    size : float, default=0.3
        Sides of the rectangle as fractions of those of the image, in [0, 1], rounded
        to pixels.

    level : float, default=0
        Value of the rectangle, a fraction of the pixel range, in [0, 1].

    image_shape : tuple of int or None, default=None
        Height and width in pixels of images passed as rows. None infers it: from a
        stack, else a square, else a single row.

    random_state : int, RandomState instance or None, default=None
        With an int, the place is a function of the seed and the content of the image.
        Otherwise each call samples new places.

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
    DeadLines : Hides rows or columns.

    Notes
    -----
    All places at which the rectangle is inside the image have the same probability
    (*cutout* [1]_, but never beyond the border).

    References
    ----------
    .. [1] DeVries and Taylor (2017). Improved regularization of convolutional neural
       networks with cutout. arXiv:1708.04552.
    """

    _parameter_constraints: dict[str, list[Any]] = {
        **SpatialCorruption._parameter_constraints,
        "size": [Fraction()],
        "level": [Fraction()],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        size: float = 0.3,
        *,
        level: float = 0,
        image_shape: tuple[int, int] | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.size = size
        self.level = level
        self.image_shape = image_shape
        self.random_state = random_state

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        sides = np.array(pixels.shape[1:])
        height, width = np.rint(self.size * sides).astype(int)
        last = sides - [height, width]
        hidden = pixels.copy()
        for image, rng in zip(hidden, image_generators(pixels, seed), strict=True):
            top, left = rng.integers(last, endpoint=True)
            image[top : top + height, left : left + width] = self.level
        return hidden


class DeadLines(SpatialCorruption):
    """Lose random rows or columns, as a scanner or fax with dead sensors does.

    Parameters
    ----------
    amount : float, default=0.2
        Probability that a line is lost, in [0, 1].

    direction : {"columns", "rows"}, default="columns"
        Which lines are lost.

    level : float, default=0
        Value of lost lines, a fraction of the pixel range, in [0, 1].

    image_shape : tuple of int or None, default=None
        Height and width in pixels of images passed as rows. None infers it: from a
        stack, else a square, else a single row.

    random_state : int, RandomState instance or None, default=None
        With an int, the lines are a function of the seed and the content of the image.
        Otherwise each call samples new lines.

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
    skdigits.SaltPepperNoise : Loses single pixels.

    Notes
    -----
    Lines are lost independently of each other.
    """

    _parameter_constraints: dict[str, list[Any]] = {
        **SpatialCorruption._parameter_constraints,
        "amount": [Fraction()],
        "direction": [StrOptions({"columns", "rows"})],
        "level": [Fraction()],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        amount: float = 0.2,
        *,
        direction: str = "columns",
        level: float = 0,
        image_shape: tuple[int, int] | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.amount = amount
        self.direction = direction
        self.level = level
        self.image_shape = image_shape
        self.random_state = random_state

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        lines = pixels if self.direction == "rows" else pixels.transpose(0, 2, 1)
        n_lines = lines.shape[1]
        is_dead = np.stack(
            [
                rng.random(n_lines) < self.amount
                for rng in image_generators(pixels, seed)
            ]
        )
        left = np.where(is_dead[..., np.newaxis], pixels.dtype.type(self.level), lines)
        return left if self.direction == "rows" else left.transpose(0, 2, 1)


class Stripe(SpatialCorruption):
    """Invert the columns at the left and at the right, and so leave a stripe.

    Parameters
    ----------
    width : float, default=0.25
        Width of each inverted part as a fraction of that of the image, in [0, 0.5],
        rounded to pixels.

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
    DeadLines : Hides columns.

    Notes
    -----
    A pixel x of the inverted columns becomes ``1 - x``.
    """

    _parameter_constraints: dict[str, list[Any]] = {
        **SpatialCorruption._parameter_constraints,
        "width": real(0, 0.5),
    }

    def __init__(
        self, width: float = 0.25, *, image_shape: tuple[int, int] | None = None
    ) -> None:
        self.width = width
        self.image_shape = image_shape

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        n_columns = pixels.shape[2]
        n_inverted = round(self.width * n_columns)
        columns = np.arange(n_columns)
        is_inverted = (columns < n_inverted) | (columns >= n_columns - n_inverted)
        return np.where(is_inverted, 1 - pixels, pixels)
