"""Noise of many kinds and strengths, to train one network on all of them."""

from typing import Any

from skdigits.corruptions._base import Corruption
from skdigits.corruptions._blur import DefocusBlur, MotionBlur
from skdigits.corruptions._digital import JPEGCompression, Pixelation
from skdigits.corruptions._intensity import Contrast
from skdigits.corruptions._noise import GaussianNoise, ShotNoise, SpeckleNoise
from skdigits.corruptions._salt_pepper import SaltPepperNoise

# Three values, from weak to strong, of the first parameter of each kind.
_STRENGTHS: dict[type[Corruption], tuple[Any, ...]] = {
    SaltPepperNoise: ((0, 0.3), (0.3, 0.6), (0.6, 0.9)),
    GaussianNoise: (0.1, 0.2, 0.4),
    ShotNoise: (20, 8, 3),
    SpeckleNoise: (0.3, 0.6, 1.0),
    DefocusBlur: (1.0, 1.5, 2.5),
    MotionBlur: (1.5, 2.5, 3.5),
    JPEGCompression: (20, 10, 5),
    Pixelation: (0.7, 0.5, 0.35),
    Contrast: (0.7, 0.5, 0.3),
}


def any_noise() -> list[Corruption]:
    """Return noise and blur as poor cameras, scanners and connections cause them.

    Returns
    -------
    transformers : list of transformer
        Salt-and-pepper, Gaussian, shot and speckle noise, defocus and motion blur, JPEG
        compression, coarse pixels and low contrast, each at three strengths. They are
        meant for images of 28x28 pixels.

    See Also
    --------
    skdigits.DenoisingAutoencoder : Learns to remove them, ``noise="any"``.

    Examples
    --------
    >>> from skdigits.corruptions import any_noise
    >>> len(any_noise())
    27
    """
    return [kind(value) for kind, values in _STRENGTHS.items() for value in values]
