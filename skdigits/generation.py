"""New digits from the latent space of a dense autoencoder.

`skdigits.DigitGenerator`, which learns from images and labels, generates better ones.
"""

from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.neighbors import KNeighborsClassifier
from sklearn.utils import check_array, check_consistent_length, check_random_state
from sklearn.utils._param_validation import Interval, validate_params
from sklearn.utils.validation import column_or_1d

from skdigits._images import to_unit_range

__all__ = ["interpolate_latent", "perturb_latent", "sample_latent_space", "sharpen"]


@validate_params(
    {
        "weight": [Interval(Real, 0, 1, closed="both"), "array-like"],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def interpolate_latent(
    autoencoder: Any,
    X: ArrayLike,
    y: ArrayLike,
    *,
    weight: float | ArrayLike = 0.5,
    random_state: int | np.random.RandomState | None = None,
) -> NDArray[np.float32]:
    """Interpolate between the latent vectors of two images of a class.

    Each image is paired with another one of its class. The weighted mean of their
    latent vectors is decoded to a new image.

    Parameters
    ----------
    autoencoder : DenoisingAutoencoder
        A fitted dense autoencoder.
    X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
        Images.
    y : array-like of shape (n_samples,)
        Class labels. Only images with equal labels are paired.
    weight : float or array-like of shape (n_samples,), default=0.5
        Weight of the image's own latent vector, a fraction in [0, 1]. The latent
        vector of the paired image has the weight ``1 - weight``.
    random_state : int, RandomState instance or None, default=None
        Seed of the random pairing.

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
    The pairing is a permutation within each class. If a class has a single image, the
    image is paired with itself.

    Examples
    --------
    >>> from skdigits import DenoisingAutoencoder
    >>> from skdigits.datasets import load_small_digits
    >>> from skdigits.generation import interpolate_latent
    >>> X, y = load_small_digits(return_X_y=True)
    >>> autoencoder = DenoisingAutoencoder("dense", random_state=0).fit(X)
    >>> interpolate_latent(autoencoder, X, y, random_state=0).shape
    (1797, 64)
    """
    latent = _encode(autoencoder, X, "interpolate_latent")
    labels = _check_labels(y, latent)
    own_weight = np.asarray(weight, dtype=np.float32)
    if own_weight.shape not in ((), (len(latent),)) or not np.all(
        (own_weight >= 0) & (own_weight <= 1)
    ):
        raise ValueError(
            "interpolate_latent: weight must be a number in [0, 1], or one for each of "
            f"{len(latent)} images; got {weight!r:.100}."
        )
    own_weight = own_weight.reshape(-1, 1)
    partner = _pair_within_classes(labels, check_random_state(random_state))
    return autoencoder.decode(own_weight * latent + (1 - own_weight) * latent[partner])


@validate_params(
    {
        "scale": [Interval(Real, 0, None, closed="left")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def perturb_latent(
    autoencoder: Any,
    X: ArrayLike,
    *,
    scale: float = 0.5,
    random_state: int | np.random.RandomState | None = None,
) -> NDArray[np.float32]:
    """Add normal noise to the latent vector of each image.

    The perturbed latent vectors are decoded to new images.

    Parameters
    ----------
    autoencoder : DenoisingAutoencoder
        A fitted dense autoencoder.
    X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
        Images. The noise is scaled by the standard deviations of their latent vectors,
        so pass many.
    scale : float, default=0.5
        Standard deviation of the noise in each latent dimension, >= 0, as a multiple
        of the standard deviation of that dimension over `X`.
    random_state : int, RandomState instance or None, default=None
        Seed of the noise.

    Returns
    -------
    X_new : ndarray of shape (n_samples, n_features)
        Pixels in [0, 1], float32; row i resembles image i.

    Raises
    ------
    TypeError
        If the autoencoder has no latent space.
    ValueError
        If `X` has a single image.

    See Also
    --------
    sharpen : Make the images look more like digits.

    Examples
    --------
    >>> from skdigits import DenoisingAutoencoder
    >>> from skdigits.datasets import load_small_digits
    >>> from skdigits.generation import perturb_latent
    >>> X = load_small_digits().data
    >>> autoencoder = DenoisingAutoencoder("dense", random_state=0).fit(X)
    >>> perturb_latent(autoencoder, X, random_state=0).shape
    (1797, 64)
    """
    latent = _encode(autoencoder, X, "perturb_latent")
    if len(latent) == 1:
        raise ValueError(
            "perturb_latent: X has a single image, so the standard deviation of its "
            "latent vector is 0. Pass many images."
        )
    noise = check_random_state(random_state).standard_normal(latent.shape)
    return autoencoder.decode(latent + scale * latent.std(axis=0) * noise)


@validate_params(
    {"n_passes": [Interval(Integral, 0, None, closed="left")]},
    prefer_skip_nested_validation=True,
)
def sharpen(autoencoder: Any, X: ArrayLike, *, n_passes: int = 1) -> Any:
    """Reconstruct images with the autoencoder, once or several times.

    An autoencoder reconstructs images that resemble its training images. Each pass
    moves other images closer to them.

    Parameters
    ----------
    autoencoder : DenoisingAutoencoder
        A fitted autoencoder.
    X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
        Images.
    n_passes : int, default=1
        Number of passes through the autoencoder, >= 0.

    Returns
    -------
    X_sharpened : ndarray of the shape of `X`
        Pixels in [0, 1], float32.

    Examples
    --------
    >>> from skdigits import DenoisingAutoencoder
    >>> from skdigits.datasets import load_small_digits
    >>> from skdigits.generation import perturb_latent, sharpen
    >>> X = load_small_digits().data
    >>> autoencoder = DenoisingAutoencoder("dense", random_state=0).fit(X)
    >>> perturbed = perturb_latent(autoencoder, X, random_state=0)
    >>> sharpen(autoencoder, perturbed, n_passes=2).shape
    (1797, 64)
    """
    for _ in range(n_passes):
        X = autoencoder.transform(X)
    return to_unit_range(np.asarray(X)).astype(np.float32, copy=False)


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
    """Decode latent vectors that are sampled uniformly.

    The latent vectors are sampled from the smallest box that contains the latent
    vectors of `X`. This is useful only with few latent dimensions, such as two: with
    many, most of the box is far from the latent vector of any image.

    Parameters
    ----------
    autoencoder : DenoisingAutoencoder
        A fitted dense autoencoder with few latent dimensions.
    X : array-like of shape (n_samples_X, n_features) or (n_samples_X, height, width)
        Images whose latent vectors define the box.
    y : array-like of shape (n_samples_X,)
        Class labels.
    n_samples : int, default=1
        Number of images to generate.
    random_state : int, RandomState instance or None, default=None
        Seed of the latent vectors.

    Returns
    -------
    X_new : ndarray of shape (n_samples, n_features)
        Pixels in [0, 1], float32.
    y_new : ndarray of shape (n_samples,)
        Class label of the image of `X` with the nearest latent vector.

    Raises
    ------
    TypeError
        If the autoencoder has no latent space.
    ValueError
        If `X` and `y` differ in length.

    See Also
    --------
    sharpen : Make the images look more like digits.
    skdigits.plotting.plot_latent_grid : Plot decoded images on a grid over the plane.

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
    latent = _encode(autoencoder, X, "sample_latent_space")
    labels = _check_labels(y, latent)
    nearest = KNeighborsClassifier(n_neighbors=1).fit(latent, labels)
    samples = check_random_state(random_state).uniform(
        latent.min(axis=0), latent.max(axis=0), (n_samples, latent.shape[1])
    )
    return autoencoder.decode(samples), nearest.predict(samples)


def _encode(autoencoder: Any, X: ArrayLike, caller: str) -> NDArray[np.float32]:
    """Return the latent vectors of images, or raise TypeError."""
    if not (hasattr(autoencoder, "encode") and hasattr(autoencoder, "decode")):
        raise TypeError(
            f"{caller}: {autoencoder!r} has no latent space. Pass a fitted "
            "DenoisingAutoencoder('dense')."
        )
    return autoencoder.encode(X)


def _check_labels(y: ArrayLike, latent: NDArray[Any]) -> NDArray[Any]:
    """Return one label for each latent vector, or raise ValueError."""
    # Refuses NaN, which equals no label, not even itself.
    labels = column_or_1d(check_array(y, ensure_2d=False, dtype=None, input_name="y"))
    check_consistent_length(latent, labels)
    return labels


def _pair_within_classes(
    y: NDArray[Any], rng: np.random.RandomState
) -> NDArray[np.intp]:
    """Return indices that permute the samples of each class in one random cycle."""
    partner = np.empty(len(y), dtype=np.intp)
    for label in np.unique(y):
        own = rng.permutation(np.flatnonzero(y == label))
        partner[own] = np.roll(own, 1)
    return partner
