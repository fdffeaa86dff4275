"""Affine transformations: shear, scaling, rotation, translation."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits.corruptions._base import SpatialCorruption
from skdigits.corruptions._constraints import real
from skdigits.corruptions._random import random_signs
from skdigits.corruptions._warp import warp


class Rotation(SpatialCorruption):
    """Rotate images about their centre, clockwise or counterclockwise at random.

    Parameters
    ----------
    angle : float, default=20
        Angle in degrees, in [0, 180].

    image_shape : tuple of int or None, default=None
        Height and width in pixels of images passed as rows. None infers it: from a
        stack, else a square, else a single row.

    random_state : int, RandomState instance or None, default=None
        With an int, the direction is a function of the seed and the content of the
        image. Otherwise each call samples new directions.

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
    Shear : Slants images.

    Notes
    -----
    The pixel at (x, y) from the centre gets the value at ``(x * cos(a) - y * sin(a),
    x * sin(a) + y * cos(a))`` with ``a = angle`` or ``-angle``, interpolated linearly
    between pixels. Pixels from outside the image are 0.
    """

    _parameter_constraints: dict[str, list[Any]] = {
        **SpatialCorruption._parameter_constraints,
        "angle": real(0, 180),
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        angle: float = 20,
        *,
        image_shape: tuple[int, int] | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.angle = angle
        self.image_shape = image_shape
        self.random_state = random_state

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        def matrix(sign: int) -> NDArray[np.float64]:
            angle = sign * np.deg2rad(self.angle)
            return np.array(
                [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
            )

        return _warp_by_sign(pixels, seed, matrix)


class Shear(SpatialCorruption):
    """Slant images, to the left or to the right at random.

    Parameters
    ----------
    angle : float, default=20
        Angle in degrees by which vertical lines are slanted, in [0, 89].

    image_shape : tuple of int or None, default=None
        Height and width in pixels of images passed as rows. None infers it: from a
        stack, else a square, else a single row.

    random_state : int, RandomState instance or None, default=None
        With an int, the direction is a function of the seed and the content of the
        image. Otherwise each call samples new directions.

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
    Rotation : Rotates images.

    Notes
    -----
    The pixel at (x, y) from the centre gets the value at ``(x + y * tan(a), y)`` with
    ``a = angle`` or ``-angle``, interpolated linearly between pixels. Pixels from
    outside the image are 0.
    """

    _parameter_constraints: dict[str, list[Any]] = {
        **SpatialCorruption._parameter_constraints,
        "angle": real(0, 89),
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        angle: float = 20,
        *,
        image_shape: tuple[int, int] | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.angle = angle
        self.image_shape = image_shape
        self.random_state = random_state

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        slope = np.tan(np.deg2rad(self.angle))
        return _warp_by_sign(
            pixels, seed, lambda sign: np.array([[1.0, sign * slope], [0.0, 1.0]])
        )


class Scaling(SpatialCorruption):
    """Shrink or enlarge images about their centre.

    Parameters
    ----------
    factor : float, default=0.7
        Size of the result as a fraction of that of the image, in [0.01, 100]; 1
        changes nothing.

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
    Pixelation : Lowers the resolution, not the size.

    Notes
    -----
    The pixel at (x, y) from the centre gets the value at ``(x / factor, y / factor)``,
    interpolated linearly between pixels. Pixels from outside the image are 0.
    """

    _parameter_constraints: dict[str, list[Any]] = {
        **SpatialCorruption._parameter_constraints,
        "factor": real(0.01, 100),
    }

    def __init__(
        self, factor: float = 0.7, *, image_shape: tuple[int, int] | None = None
    ) -> None:
        self.factor = factor
        self.image_shape = image_shape

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        return warp(pixels, np.eye(2) / self.factor)


class Translation(SpatialCorruption):
    """Shift images along both axes, each in a random direction.

    Parameters
    ----------
    shift : float, default=3
        Shift in pixels along each axis, in [0, 1000].

    image_shape : tuple of int or None, default=None
        Height and width in pixels of images passed as rows. None infers it: from a
        stack, else a square, else a single row.

    random_state : int, RandomState instance or None, default=None
        With an int, the directions are a function of the seed and the content of the
        image. Otherwise each call samples new directions.

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
    Scaling : Changes the size.

    Notes
    -----
    The pixel at (x, y) gets the value at ``(x + s, y + t)`` with s and t from
    ``{-shift, shift}``, interpolated linearly between pixels. Pixels from outside the
    image are 0.
    """

    _parameter_constraints: dict[str, list[Any]] = {
        **SpatialCorruption._parameter_constraints,
        "shift": real(0, 1000),
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        shift: float = 3,
        *,
        image_shape: tuple[int, int] | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.shift = shift
        self.image_shape = image_shape
        self.random_state = random_state

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        signs = random_signs(pixels, seed, 2)
        shifted = np.empty_like(pixels)
        for pair in np.unique(signs, axis=0):
            chosen = (signs == pair).all(axis=1)
            shifted[chosen] = warp(pixels[chosen], np.eye(2), self.shift * pair)
        return shifted


def _warp_by_sign(pixels: NDArray[Any], seed: int, matrix: Any) -> NDArray[Any]:
    """Warp each image with ``matrix(1)`` or ``matrix(-1)``, at random."""
    signs = random_signs(pixels, seed, 1)[:, 0]
    warped = np.empty_like(pixels)
    for sign in np.unique(signs):
        chosen = signs == sign
        warped[chosen] = warp(pixels[chosen], matrix(sign))
    return warped
