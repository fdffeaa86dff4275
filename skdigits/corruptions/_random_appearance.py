"""Random changes of the appearance of digits, to train classifiers that ignore it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits.corruptions._appearance_changes import (
    Change,
    Image,
    add_noise,
    add_speckle,
    blur,
    change_part,
    change_tones,
    draw_strokes,
    filter_linearly,
    hide_rectangle,
)
from skdigits.corruptions._base import SpatialCorruption
from skdigits.corruptions._random import image_generators

# In this order, each with its probability.
_CHANGES: tuple[tuple[Change, float], ...] = (
    (draw_strokes, 0.3),
    (blur, 0.2),
    (filter_linearly, 0.35),
    (change_part, 0.25),
    (add_noise, 0.4),
    (add_speckle, 0.1),
    (change_tones, 0.4),
    (hide_rectangle, 0.2),
)
_UNCHANGED = 0.15


class RandomAppearance(SpatialCorruption):
    """Change the appearance of digits in random ways, and leave their shape.

    A classifier that is trained on such images relies on the shape of the digit more
    than on what ink and paper look like. It therefore classifies images with
    corruptions that it has never seen, such as those of :func:`mnist_c`.

    Parameters
    ----------
    image_shape : tuple of int or None, default=None
        Height and width in pixels of images passed as rows. None infers it: from a
        stack, else a square, else a single row.

    random_state : int, RandomState instance or None, default=None
        With an int, the changes are a function of the seed and the content of the
        image. Otherwise each call samples new ones.

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
    any_noise : Noise and blur, for a denoiser.
    skdigits.CNNDigitClassifier : Learns from such images,
        ``noise=RandomAppearance()``.

    Notes
    -----
    15 % of the images stay as they are. Each of the others passes through these steps,
    in this order, each with the given probability (s is the longer side in pixels):

    - 0.3: two strokes, each with probability 0.7: quadratic Bezier curves, or parts of
      them, through three points from the uniform distribution, of half width U(0.01,
      0.054) s and level U(0.4, 1);
    - 0.2: Gaussian blur, standard deviation U(0.018, 0.057) s;
    - 0.35: correlation with a kernel of 3x3 or 5x5 standard normal numbers [1]_, of
      which 30 % become the absolute difference from the median; stretched to [0, 1],
      and blended with the image;
    - 0.25: part of the image, a half-plane or spots, is inverted or changes its tones;
    - 0.4: Gaussian noise of standard deviation U(0, 0.5), white or with amplitude
      ``f**-a`` at frequency f, a from U(0, 2.5); then clipped or stretched to [0, 1];
    - 0.1: noise as of :class:`SpeckleNoise`, ``std`` from U(0, 1);
    - 0.4: tones: linear interpolation between four levels from U(0, 1), 60 % sorted;
    - 0.2: a rectangle with sides from U(0.14, 0.4) times those of the image becomes
      black or another level (*cutout* [2]_).

    None of them is one of MNIST-C's corruptions. Those that come nearest: strokes to
    its dotted line and zigzag, filters to its motion blur and Canny edges, inverted
    parts to its stripe, noise of low frequencies to its fog, white noise to its shot
    and impulse noise, tones to its brightness.

    References
    ----------
    .. [1] Xu, Liu, Yang, Raffel and Niethammer (2021). Robust and generalizable visual
       representation learning via random convolutions. ICLR, arXiv:2007.13003.
    .. [2] DeVries and Taylor (2017). Improved regularization of convolutional neural
       networks with cutout. arXiv:1708.04552.

    Examples
    --------
    >>> from skdigits.corruptions import RandomAppearance
    >>> from skdigits.datasets import load_small_digits
    >>> images = load_small_digits().images[:100]
    >>> changed = RandomAppearance(random_state=0).fit_transform(images)
    >>> changed.shape
    (100, 8, 8)
    """

    _parameter_constraints: dict[str, list[Any]] = {
        **SpatialCorruption._parameter_constraints,
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        *,
        image_shape: tuple[int, int] | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.image_shape = image_shape
        self.random_state = random_state

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        changed = pixels.astype(np.float32)
        for index, rng in enumerate(image_generators(pixels, seed)):
            changed[index] = _change(changed[index], rng)
        return changed


def _change(image: Image, rng: np.random.Generator) -> Image:
    """Return the image after a random choice of changes."""
    if rng.random() < _UNCHANGED:
        return image
    for change, probability in _CHANGES:
        if rng.random() < probability:
            image = change(image, rng)
    return image
