"""Noise that acts on each pixel by itself: Gaussian, shot and speckle noise."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits.corruptions._base import Corruption
from skdigits.corruptions._constraints import real
from skdigits.corruptions._random import image_generators


class GaussianNoise(Corruption):
    """Add Gaussian noise, as the electronics of a sensor do.

    Parameters
    ----------
    std : float, default=0.2
        Standard deviation of the noise, a fraction of the pixel range, in [0, 100].

    random_state : int, RandomState instance or None, default=None
        With an int, the noise is a function of the seed and the content of the image.
        Otherwise each call samples new noise.

    Attributes
    ----------
    n_features_in_ : int
        Number of pixels per image.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, if `fit` received a dataframe with string column names.

    See Also
    --------
    SpeckleNoise : Noise in proportion to the pixel.

    Notes
    -----
    A pixel x becomes ``clip(x + std * z, 0, 1)`` with z from the standard normal
    distribution, as in scikit-image's ``random_noise(mode="gaussian")`` [1]_.

    References
    ----------
    .. [1] van der Walt et al. (2014). scikit-image: image processing in Python.
       PeerJ 2:e453. Function ``skimage.util.random_noise``.

    Examples
    --------
    >>> import numpy as np
    >>> from skdigits.corruptions import GaussianNoise
    >>> grey = np.full((1, 100, 100), 0.5)
    >>> noisy = GaussianNoise(0.1, random_state=0).fit_transform(grey)
    >>> print(f"{noisy.std():.2f}")
    0.10
    """

    _parameter_constraints: dict[str, list[Any]] = {
        "std": real(0, 100),
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        std: float = 0.2,
        *,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.std = std
        self.random_state = random_state

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        noise = _standard_normal(pixels, seed)
        noise *= np.float32(self.std)
        return noise + pixels


class SpeckleNoise(Corruption):
    """Add noise in proportion to the pixel, as radar and ultrasound images have.

    Parameters
    ----------
    std : float, default=0.5
        Standard deviation of the noise, a fraction of the pixel's value, in [0, 100].

    random_state : int, RandomState instance or None, default=None
        With an int, the noise is a function of the seed and the content of the image.
        Otherwise each call samples new noise.

    Attributes
    ----------
    n_features_in_ : int
        Number of pixels per image.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, if `fit` received a dataframe with string column names.

    See Also
    --------
    GaussianNoise : Noise that does not depend on the pixel.

    Notes
    -----
    A pixel x becomes ``clip(x * (1 + std * z), 0, 1)`` with z from the standard normal
    distribution, as in scikit-image's ``random_noise(mode="speckle")``.
    """

    _parameter_constraints: dict[str, list[Any]] = {
        "std": real(0, 100),
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        std: float = 0.5,
        *,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.std = std
        self.random_state = random_state

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        factor = _standard_normal(pixels, seed)
        factor *= np.float32(self.std)
        factor += 1
        return factor * pixels


class ShotNoise(Corruption):
    """Count photons, as a camera does in dim light (Poisson noise).

    Parameters
    ----------
    photons : float, default=12
        Mean number of photons of a pixel of value 1, in [0.001, 1e9]. Fewer photons
        are more noise: the standard deviation of a pixel x is ``sqrt(x / photons)``.

    random_state : int, RandomState instance or None, default=None
        With an int, the noise is a function of the seed and the content of the image.
        Otherwise each call samples new noise.

    Attributes
    ----------
    n_features_in_ : int
        Number of pixels per image.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, if `fit` received a dataframe with string column names.

    See Also
    --------
    GaussianNoise : Noise of the electronics.

    Notes
    -----
    A pixel x becomes ``min(k / photons, 1)`` with k from the Poisson distribution of
    mean ``photons * x``. Pixels of value 0 do not change.

    Examples
    --------
    >>> import numpy as np
    >>> from skdigits.corruptions import ShotNoise
    >>> grey = np.full((1, 50, 50), 0.3)
    >>> np.unique(ShotNoise(photons=4, random_state=0).fit_transform(grey))
    array([0.  , 0.25, 0.5 , 0.75, 1.  ])
    """

    _parameter_constraints: dict[str, list[Any]] = {
        "photons": real(1e-3, 1e9),
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        photons: float = 12,
        *,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.photons = photons
        self.random_state = random_state

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        # Most pixels of digits are 0 and stay so.
        lit = np.flatnonzero(pixels > 0)
        means = np.minimum(pixels.ravel()[lit], 1) * np.float64(self.photons)
        counts = np.empty_like(means)
        ends = np.searchsorted(lit, pixels[0].size * np.arange(1, len(pixels) + 1))
        start = 0
        for end, rng in zip(ends.tolist(), image_generators(pixels, seed), strict=True):
            counts[start:end] = rng.poisson(means[start:end])
            start = end
        counted = np.zeros_like(pixels)
        counted.ravel()[lit] = counts / self.photons
        return counted


def _standard_normal(pixels: NDArray[Any], seed: int) -> NDArray[np.float32]:
    values = np.empty(pixels.shape, np.float32)
    for image, rng in zip(values, image_generators(pixels, seed), strict=True):
        rng.standard_normal(out=image, dtype=np.float32)
    return values
