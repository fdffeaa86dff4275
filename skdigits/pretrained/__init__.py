"""Trained models that come with the package."""

from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from skdigits.persistence import load

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from skdigits import DenoisingAutoencoder, DigitGenerator

__all__ = ["load_classifier", "load_denoiser", "load_generator"]

_DENOISERS = {"unet": "denoiser", "dense": "dense_denoiser"}


def load_classifier() -> "Pipeline":
    """Load a classifier of digits, for photos, scans and drawings of any size.

    It is a pipeline of a :class:`~skdigits.preprocessing.DigitNormalizer` and three
    convolutional networks that vote. See :doc:`/pretrained` for how they were trained,
    and for how well they read digits from other sources.

    Returns
    -------
    classifier : Pipeline
        Fitted. `predict` takes images in every format that `DigitNormalizer` takes, and
        returns labels 0 to 9. `predict_proba` returns their probabilities, given that
        the image shows a digit. `score_samples` returns the probability that the image
        shows a digit and that its most probable label is right: reject images for which
        it is low, or set ``reject_below`` with
        ``set_params(rejectingclassifier__reject_below=0.5)``, and `predict` returns -1
        for them.

    Examples
    --------
    >>> from skdigits.datasets import load_small_digits
    >>> from skdigits.pretrained import load_classifier
    >>> X, y = load_small_digits(return_X_y=True)
    >>> classifier = load_classifier()
    >>> classifier.predict(X[:5]), y[:5]
    (array([0, 1, 2, 3, 4]), array([0, 1, 2, 3, 4]))
    """
    return _load("classifier")


def load_denoiser(architecture: str = "unet") -> "DenoisingAutoencoder":
    """Load a denoiser for images of digits of 28x28 pixels, trained on MNIST.

    Parameters
    ----------
    architecture : {"unet", "dense"}, default="unet"
        ``"unet"`` denoises best; ``"dense"`` has a latent space, for `encode` and
        `decode`.

    Returns
    -------
    denoiser : DenoisingAutoencoder
        Fitted, with the default sizes, for salt-and-pepper noise of any amount.

    Raises
    ------
    ValueError
        If `architecture` is neither of the two.

    Examples
    --------
    >>> import numpy as np
    >>> from skdigits.pretrained import load_denoiser
    >>> load_denoiser().transform(np.zeros((1, 28, 28), np.float32)).shape
    (1, 28, 28)
    """
    if architecture not in _DENOISERS:
        raise ValueError(
            f"load_denoiser: architecture={architecture!r} must be one of "
            f"{sorted(_DENOISERS)}."
        )
    return _load(_DENOISERS[architecture])


def load_generator() -> "DigitGenerator":
    """Load a generator of digits of 28x28 pixels, trained on MNIST.

    Returns
    -------
    generator : DigitGenerator
        Fitted, with half the default sizes.

    Examples
    --------
    >>> from skdigits.pretrained import load_generator
    >>> images, labels = load_generator().sample(y=[7, 7, 7])
    >>> images.shape
    (3, 784)
    """
    return _load("generator")


def _load(name: str):  # type: ignore[no-untyped-def]
    with as_file(files("skdigits.pretrained") / f"{name}.safetensors") as path:
        return load(path)
