"""New digits from the latent space of a dense autoencoder.

`skdigits.DigitGenerator`, which is told the labels while it learns, draws better ones.
"""

from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.neighbors import KNeighborsClassifier
from sklearn.utils import check_consistent_length, check_random_state
from sklearn.utils._param_validation import Interval, validate_params
from sklearn.utils.validation import column_or_1d

__all__ = ["mix", "salt", "sample_latent_space", "sharpen"]


@validate_params(
    {
        "weight": [Interval(Real, 0, 1, closed="both"), "array-like"],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def mix(
    autoencoder: Any,
    X: ArrayLike,
    y: ArrayLike,
    *,
    weight: float | ArrayLike = 0.5,
    random_state: int | np.random.RandomState | None = None,
) -> NDArray[np.float32]:
    """Mix the encoding of each picture with that of another one of its class.

    Parameters
    ----------
    autoencoder : DenoisingAutoencoder
        A fitted dense autoencoder.
    X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
        Pictures.
    y : array-like of shape (n_samples,)
        Their classes. Equal labels for different digits mix these, too.
    weight : float or array-like of shape (n_samples,), default=0.5
        Fraction of the picture's own encoding in the mix, in [0, 1].
    random_state : int, RandomState instance or None, default=None
        Seed of the choice of partners.

    Returns
    -------
    X_new : ndarray of shape (n_samples, n_features)
        Pixels in [0, 1], float32; row i shows the class ``y[i]``.

    Raises
    ------
    TypeError
        If the autoencoder has no latent space.
    ValueError
        If `X`, `y` and `weight` differ in length, or a weight lies outside [0, 1].

    Notes
    -----
    Each picture is the partner of one other. A class of a single picture is mixed with
    itself.

    Examples
    --------
    >>> from skdigits import DenoisingAutoencoder
    >>> from skdigits.datasets import load_small_digits
    >>> from skdigits.generation import mix
    >>> X, y = load_small_digits(return_X_y=True)
    >>> autoencoder = DenoisingAutoencoder("dense", random_state=0).fit(X)
    >>> mix(autoencoder, X, y, random_state=0).shape
    (1797, 64)
    """
    codes = _encoded(autoencoder, X, "mix")
    labels = column_or_1d(y)
    check_consistent_length(codes, labels)
    share = np.asarray(weight, dtype=np.float32)
    if share.shape not in ((), (len(codes),)) or not np.all(
        (share >= 0) & (share <= 1)
    ):
        raise ValueError(
            f"mix: weight must be a number in [0, 1], or one for each of {len(codes)} "
            f"pictures; got {weight!r}."
        )
    share = share.reshape(-1, 1)
    partner = _partners(labels, check_random_state(random_state))
    return autoencoder.decode(share * codes + (1 - share) * codes[partner])


@validate_params(
    {
        "scale": [Interval(Real, 0, None, closed="left")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def salt(
    autoencoder: Any,
    X: ArrayLike,
    *,
    scale: float = 0.5,
    random_state: int | np.random.RandomState | None = None,
) -> NDArray[np.float32]:
    """Change the encoding of each picture at random.

    Parameters
    ----------
    autoencoder : DenoisingAutoencoder
        A fitted dense autoencoder.
    X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
        Pictures; many, as the spread of their encodings sets the size of the change.
    scale : float, default=0.5
        Standard deviation of the normal noise on each number of a code, >= 0, as a
        fraction of that number's standard deviation over the encodings of `X`.
    random_state : int, RandomState instance or None, default=None
        Seed of the noise.

    Returns
    -------
    X_new : ndarray of shape (n_samples, n_features)
        Pixels in [0, 1], float32; row i resembles picture i.

    Raises
    ------
    TypeError
        If the autoencoder has no latent space.

    See Also
    --------
    sharpen : Makes the pictures look more like digits.

    Examples
    --------
    >>> from skdigits import DenoisingAutoencoder
    >>> from skdigits.datasets import load_small_digits
    >>> from skdigits.generation import salt
    >>> X = load_small_digits().data
    >>> autoencoder = DenoisingAutoencoder("dense", random_state=0).fit(X)
    >>> salt(autoencoder, X, random_state=0).shape
    (1797, 64)
    """
    codes = _encoded(autoencoder, X, "salt")
    noise = check_random_state(random_state).standard_normal(codes.shape)
    return autoencoder.decode(codes + scale * codes.std(axis=0) * noise)


@validate_params(
    {"n_passes": [Interval(Integral, 0, None, closed="left")]},
    prefer_skip_nested_validation=True,
)
def sharpen(autoencoder: Any, X: ArrayLike, *, n_passes: int = 1) -> Any:
    """Send pictures through the autoencoder again.

    An autoencoder gives back what looks like its training pictures; of what does not,
    it makes something that does so more.

    Parameters
    ----------
    autoencoder : DenoisingAutoencoder
        A fitted autoencoder.
    X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
        Pictures.
    n_passes : int, default=1
        How many times, >= 0.

    Returns
    -------
    X_sharpened : ndarray of the shape of `X`
        Pixels in [0, 1], float32.

    Examples
    --------
    >>> from skdigits import DenoisingAutoencoder
    >>> from skdigits.datasets import load_small_digits
    >>> from skdigits.generation import salt, sharpen
    >>> X = load_small_digits().data
    >>> autoencoder = DenoisingAutoencoder("dense", random_state=0).fit(X)
    >>> salted = salt(autoencoder, X, random_state=0)
    >>> sharpen(autoencoder, salted, n_passes=2).shape
    (1797, 64)
    """
    for _ in range(n_passes):
        X = autoencoder.transform(X)
    return np.asarray(X)


@validate_params(
    {
        "n_samples": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def sample_latent_space(
    autoencoder: Any,
    X: ArrayLike,
    y: ArrayLike,
    n_samples: int = 1,
    *,
    random_state: int | np.random.RandomState | None = None,
) -> tuple[NDArray[np.float32], NDArray[Any]]:
    """Draw what belongs to random codes.

    The codes are drawn evenly from the range of the encodings of `X`. That is only of
    use in a small latent space, such as a plane: a larger one is nearly empty.

    Parameters
    ----------
    autoencoder : DenoisingAutoencoder
        A fitted dense autoencoder with few numbers in a code.
    X : array-like of shape (n_samples_X, n_features) or (n_samples_X, height, width)
        Pictures that show where in the latent space digits are.
    y : array-like of shape (n_samples_X,)
        Their classes.
    n_samples : int, default=1
        Number of pictures to draw.
    random_state : int, RandomState instance or None, default=None
        Seed of the codes.

    Returns
    -------
    X_new : ndarray of shape (n_samples, n_features)
        Pixels in [0, 1], float32.
    y_new : ndarray of shape (n_samples,)
        Class of the picture of `X` whose encoding is the nearest.

    Raises
    ------
    TypeError
        If the autoencoder has no latent space.
    ValueError
        If `X` and `y` differ in length.

    See Also
    --------
    sharpen : Makes the pictures look more like digits.
    skdigits.plotting.plot_latent_grid : What the decoder draws all over the plane.

    Examples
    --------
    >>> from skdigits import DenoisingAutoencoder
    >>> from skdigits.datasets import load_small_digits
    >>> from skdigits.generation import sample_latent_space
    >>> X, y = load_small_digits(return_X_y=True)
    >>> autoencoder = DenoisingAutoencoder("dense", latent_size=2, random_state=0)
    >>> X_new, y_new = sample_latent_space(autoencoder.fit(X), X, y, 5, random_state=0)
    >>> X_new.shape, y_new.shape
    ((5, 64), (5,))
    """
    codes = _encoded(autoencoder, X, "sample_latent_space")
    nearest = KNeighborsClassifier(n_neighbors=1).fit(codes, y)
    drawn = check_random_state(random_state).uniform(
        codes.min(axis=0), codes.max(axis=0), (n_samples, codes.shape[1])
    )
    return autoencoder.decode(drawn), nearest.predict(drawn)


def _encoded(autoencoder: Any, X: ArrayLike, caller: str) -> NDArray[np.float32]:
    if not (hasattr(autoencoder, "encode") and hasattr(autoencoder, "decode")):
        raise TypeError(
            f"{caller}: {autoencoder!r} has no latent space. Pass a fitted "
            "DenoisingAutoencoder('dense')."
        )
    return autoencoder.encode(X)


def _partners(y: NDArray[Any], rng: np.random.RandomState) -> NDArray[np.intp]:
    """For each row another one of its class, in which each is a partner once."""
    partner = np.empty(len(y), dtype=np.intp)
    for label in np.unique(y):
        own = rng.permutation(np.flatnonzero(y == label))
        partner[own] = np.roll(own, 1)
    return partner
