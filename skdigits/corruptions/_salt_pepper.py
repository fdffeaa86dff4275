"""Salt-and-pepper noise."""

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
    amount : float, default=0.4
        Probability that a pixel is replaced, in [0, 1].

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
    and the index of the pixel. Probabilities are exact to 2**-32.

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
        "amount": [Fraction()],
        "salt_vs_pepper": [Fraction()],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        amount: float = 0.4,
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
        return add_salt_pepper(images, self.amount, self.salt_vs_pepper, seed)


def add_salt_pepper(
    X: NDArray[Any], amount: float, salt_vs_pepper: float, seed: int
) -> NDArray[Any]:
    """Return a noisy copy of the images; noise depends on seed and content only."""
    n_samples, n_features = X.shape
    noisy = X.copy()
    salt = 255 if X.dtype == np.uint8 else 1
    # One uniform number per pixel decides whether it is replaced, and by which value.
    replaced_below = round(amount * 2**32)
    salt_below = round(amount * salt_vs_pepper * 2**32)
    n_words = -(-n_features // 2)
    states = splitmix_output(hash_rows(X) + np.uint64(seed))[:, np.newaxis]
    steps = splitmix_states(n_words)
    for block in row_blocks(n_samples, n_words):
        words = splitmix_output(states[block] + steps)
        uniform = words.view(np.uint32)[:, :n_features]
        for value, below in ((0, replaced_below), (salt, salt_below)):
            if below > 0:
                # Not `uniform < below`: 2**32 does not fit into 32 bits, and the
                # comparison crashes NumPy 2.0.
                replaced = uniform <= np.uint32(below - 1)
                np.copyto(noisy[block], value, where=replaced)
    return noisy
