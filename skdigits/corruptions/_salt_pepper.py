"""Salt-and-pepper noise."""

from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits._images import (
    ImageShape,
    hash_rows,
    row_blocks,
    splitmix_output,
    splitmix_states,
)
from skdigits.corruptions._base import Corruption
from skdigits.corruptions._constraints import Fraction


class SaltPepperNoise(Corruption):
    """Add salt-and-pepper noise to images, as a noisy channel would.

    Each pixel is replaced, independently of all others, with probability `amount`.
    A replaced pixel becomes salt (the maximum value) with probability `salt_vs_pepper`,
    else pepper (0), as in scikit-image's ``random_noise(mode="s&p")`` [1]_. Every call
    of `transform` adds noise.

    Parameters
    ----------
    amount : float or tuple (low, high), default=0.4
        Probability that a pixel is replaced, in [0, 1]. From a range, each image
        samples an amount.

    salt_vs_pepper : float, default=0.5
        Probability that a replaced pixel becomes salt, in [0, 1].

    random_state : int, RandomState instance or None, default=None
        With an int, the noise depends only on the seed and the content of the image:
        an image gets the same noise at any position in a batch, and equal images get
        equal noise. Otherwise each call samples new noise.

    Attributes
    ----------
    n_features_in_ : int
        Number of pixels per image.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, if `fit` received a dataframe with string column names.

    Warns
    -----
    PixelRangeWarning
        If floating-point pixels lie outside [0, 1], or all ``uint8`` pixels are below
        17.

    See Also
    --------
    DenoisingAutoencoder : Removes the noise.
    skdigits.corruptions : Other corruptions.

    Notes
    -----
    The random number of a pixel is a 32-bit half of a SplitMix64 output [2]_. The
    state is computed from the seed, a 64-bit hash of the image (as float32 fractions)
    and the index of the pixel; the amount of an image uses the index after the last
    pixel. Probabilities are exact to 2**-32.

    References
    ----------
    .. [1] van der Walt et al. (2014). scikit-image: image processing in Python.
       PeerJ 2:e453. Function ``skimage.util.random_noise``.
    .. [2] Steele, Lea and Flood (2014). Fast splittable pseudorandom number
       generators. OOPSLA, 453-472.

    Examples
    --------
    >>> import numpy as np
    >>> from skdigits import SaltPepperNoise
    >>> grey = np.full((1, 3, 3), 0.5)
    >>> SaltPepperNoise(0.5, random_state=0).fit_transform(grey)
    array([[[1. , 0. , 0.5],
            [0.5, 0. , 1. ],
            [0.5, 0. , 1. ]]])
    """

    _parameter_constraints: dict[str, list[Any]] = {
        "amount": [Fraction(), tuple, list],
        "salt_vs_pepper": [Fraction()],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        amount: float | tuple[float, float] = 0.4,
        *,
        salt_vs_pepper: float = 0.5,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.amount = amount
        self.salt_vs_pepper = salt_vs_pepper
        self.random_state = random_state

    def _corrupt_rows(
        self, images: NDArray[Any], shape: ImageShape, seed: int
    ) -> NDArray[Any]:
        bounds = noise_range("amount", self.amount, type(self).__name__)
        return add_salt_pepper(images, bounds, self.salt_vs_pepper, seed)


def noise_range(parameter: str, amount: Any, name: str) -> tuple[float, float]:
    """Return the bounds of an amount of noise, or raise ValueError.

    `amount` is a number or a range, the value of a parameter of the estimator `name`.
    """
    bounds = amount if isinstance(amount, tuple | list) else (amount, amount)
    if (
        len(bounds) != 2
        or not all(isinstance(bound, Real) for bound in bounds)
        or not 0 <= bounds[0] <= bounds[1] <= 1
    ):
        raise ValueError(
            f"{name}: {parameter}={amount!r:.80} must be a number or a range "
            "(low, high) with 0 <= low <= high <= 1."
        )
    return float(bounds[0]), float(bounds[1])


def add_salt_pepper(
    X: NDArray[Any], bounds: tuple[float, float], salt_vs_pepper: float, seed: int
) -> NDArray[Any]:
    """Return a noisy copy of the images; noise depends on seed and content only.

    The amount of noise of each image is sampled between the bounds.
    """
    n_samples, n_features = X.shape
    noisy = X.copy()
    salt = 255 if X.dtype == np.uint8 else 1
    n_words = -(-n_features // 2)
    steps, next_step = np.split(splitmix_states(n_words + 1), [n_words])
    states = splitmix_output(hash_rows(X) + np.uint64(seed))[:, np.newaxis]
    amounts = _sample_amounts(bounds, splitmix_output(states + next_step))
    # One uniform number per pixel decides whether it is replaced, and by which value.
    for block in row_blocks(n_samples, n_words):
        words = splitmix_output(states[block] + steps)
        uniform = words.view(np.uint32)[:, :n_features]
        for value, share in ((0, 1), (salt, salt_vs_pepper)):
            below = np.rint(amounts[block] * share * 2**32).astype(np.uint64)
            # Not `uniform < below`: 2**32 does not fit into 32 bits.
            last = np.maximum(below, np.uint64(1)) - np.uint64(1)
            replaced = uniform <= last.astype(np.uint32)
            np.copyto(noisy[block], value, where=replaced & (below > 0))
    return noisy


def _sample_amounts(
    bounds: tuple[float, float], words: NDArray[np.uint64]
) -> NDArray[np.float64]:
    """Map 64-bit random numbers to amounts of noise."""
    low, high = bounds
    return low + (high - low) * (words >> np.uint64(32)) / 2**32
