"""Fog and spatter."""

from itertools import islice
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from sklearn.utils._param_validation import Options

from skdigits.corruptions._base import SpatialCorruption
from skdigits.corruptions._constraints import Fraction, real
from skdigits.corruptions._gaussian import smooth
from skdigits.corruptions._plasma import plasma
from skdigits.corruptions._random import image_generators

# Pixels of fractals that are made at a time: they fit into the cache.
_MAP_PIXELS = 1 << 18
# The least opacity of a drop (fraction): its edges are sharp.
_OPACITY = 0.8


class Fog(SpatialCorruption):
    """Add fog, a plasma fractal.

    Parameters
    ----------
    strength : float, default=2
        Largest value of the fog, in units of the pixel range, in [0, 100].

    roughness : float, default=1.4
        Factor by which the amplitudes of the fractal fall, twice with each halving of
        the distance, in [1, 100] (dimensionless). Larger values are smoother.

    map_size : int, default=256
        Side of the fractal in pixels, a power of two from 2 to 1024. Smaller ones have
        more structure inside an image. Images that are larger repeat it.

    image_shape : tuple of int or None, default=None
        Height and width in pixels of images passed as rows. None infers it: from a
        stack, else a square, else a single row.

    random_state : int, RandomState instance or None, default=None
        With an int, the fog is a function of the seed and the content of the image.
        Otherwise each call samples new fog.

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
    Brightness : The same fog everywhere.

    Notes
    -----
    A pixel x becomes ``(x + strength * f) * m / (m + strength)``, where m is the
    largest pixel of the image and f in [0, 1] the fog. Blank images stay blank.

    The fog is the upper left corner of a square made by the diamond-square algorithm
    [1]_: the value halfway between known points is their mean plus a uniform random
    number, with amplitudes that fall by ``roughness**2`` for each halving of the
    distance. Values are scaled to [0, 1] over the whole square.

    References
    ----------
    .. [1] Fournier, Fussell and Carpenter (1982). Computer rendering of stochastic
       models. Communications of the ACM 25(6), 371-384.
    """

    _parameter_constraints: dict[str, list[Any]] = {
        **SpatialCorruption._parameter_constraints,
        "strength": real(0, 100),
        "roughness": real(1, 100),
        "map_size": [Options(Integral, {2**power for power in range(1, 11)})],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        strength: float = 2,
        *,
        roughness: float = 1.4,
        map_size: int = 256,
        image_shape: tuple[int, int] | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.strength = strength
        self.roughness = roughness
        self.map_size = map_size
        self.image_shape = image_shape
        self.random_state = random_state

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        strength = pixels.dtype.type(self.strength)
        if strength == 0:
            return pixels
        _, height, width = pixels.shape
        rows = np.arange(height)[:, np.newaxis] % self.map_size
        columns = np.arange(width) % self.map_size
        fog = np.empty_like(pixels)
        generators = image_generators(pixels, seed)
        n_at_a_time = max(1, _MAP_PIXELS // self.map_size**2)
        for start in range(0, len(pixels), n_at_a_time):
            noise = [
                rng.random((self.map_size, self.map_size), dtype=np.float32)
                for rng in islice(generators, n_at_a_time)
            ]
            squares = plasma(np.stack(noise), self.roughness)
            fog[start : start + n_at_a_time] = squares[:, rows, columns]
        brightest = np.clip(pixels, 0, 1).max(axis=(1, 2), keepdims=True)
        return (pixels + strength * fog) * (brightest / (brightest + strength))


class Spatter(SpatialCorruption):
    """Cover images with grey drops, as mud does.

    Parameters
    ----------
    coverage : float, default=0.5
        Fraction of the pixels that are wet, in [0, 1]. The edges of drops dry, so that
        fewer pixels are covered.

    drop_size : float, default=1
        Standard deviation in pixels of the Gaussian that makes drops of noise, in
        [0, 50].

    edge : float, default=1.5
        Standard deviation in pixels of the Gaussian that rounds drops, in [0, 50].

    level : float, default=0.25
        Value of the drops, a fraction of the pixel range, in [0, 1].

    image_shape : tuple of int or None, default=None
        Height and width in pixels of images passed as rows. None infers it: from a
        stack, else a square, else a single row.

    random_state : int, RandomState instance or None, default=None
        With an int, the drops are a function of the seed and the content of the image.
        Otherwise each call samples new drops.

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
    Occlusion : Covers a rectangle.

    Notes
    -----
    Standard normal noise is smoothed with a Gaussian of `drop_size` pixels. It is wet
    where it exceeds the quantile ``1 - coverage`` of its distribution. The mask of wet
    pixels is smoothed with a Gaussian of `edge` pixels; where the result m is at least
    0.8, a pixel x becomes ``(1 - m) * x + m * level``.
    """

    _parameter_constraints: dict[str, list[Any]] = {
        **SpatialCorruption._parameter_constraints,
        "coverage": [Fraction()],
        "drop_size": real(0, 50),
        "edge": real(0, 50),
        "level": [Fraction()],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        coverage: float = 0.5,
        *,
        drop_size: float = 1,
        edge: float = 1.5,
        level: float = 0.25,
        image_shape: tuple[int, int] | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.coverage = coverage
        self.drop_size = drop_size
        self.edge = edge
        self.level = level
        self.image_shape = image_shape
        self.random_state = random_state

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        liquid = np.empty_like(pixels)
        for index, rng in enumerate(image_generators(pixels, seed)):
            liquid[index] = rng.standard_normal(pixels.shape[1:])
        liquid = smooth(liquid, self.drop_size)
        std = _smoothed_std(self.drop_size)
        wet = (liquid > -std * ndtri(self.coverage)).astype(pixels.dtype)
        opacity = smooth(wet, self.edge)
        opacity[opacity < _OPACITY] = 0
        return pixels + opacity * (pixels.dtype.type(self.level) - pixels)


def _smoothed_std(std: float) -> float:
    """Return the standard deviation of standard normal noise after smoothing."""
    reach = int(4 * std + 0.5)
    impulse = np.zeros((1, 2 * reach + 1, 2 * reach + 1))
    impulse[0, reach, reach] = 1
    return float(np.sqrt((smooth(impulse, std) ** 2).sum()))
