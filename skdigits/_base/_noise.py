"""Noise that estimators add to their training images: within the graph, or by epoch."""

from typing import Any

from sklearn.utils._param_validation import HasMethods, StrOptions

from skdigits._images import ImageShape
from skdigits._training import Noise
from skdigits.corruptions._salt_pepper import SaltPepperNoise, noise_range

# The parameter `noise` of the estimators that have it.
NOISE_CONSTRAINTS = [StrOptions({"any"}), HasMethods(["transform"]), list, tuple]


def transformers_of(noise: Any, name: str) -> tuple[Any, ...]:
    """Return the transformers that a value of the parameter `noise` means."""
    if noise is None:
        return ()
    if isinstance(noise, str):
        from skdigits.corruptions import any_noise  # imports all kinds

        noise = any_noise()
    if not isinstance(noise, list | tuple):
        return (noise,)
    for transformer in noise:
        if not hasattr(transformer, "transform"):
            raise ValueError(
                f"{name}: noise holds {transformer!r:.80}, which is not a transformer. "
                "Pass transformers such as those of skdigits.corruptions."
            )
    if not noise:
        raise ValueError(f"{name}: noise={noise!r} must not be empty.")
    return tuple(noise)


def noise_in_graph(noise: Any, name: str) -> tuple[tuple[float, float], float]:
    """Return range and salt_vs_pepper of the noise that the network itself adds.

    That is salt-and-pepper noise alone: a layer samples it for each batch.
    """
    if not isinstance(noise, SaltPepperNoise):
        return (0.0, 0.0), 0.5
    amount = noise_range("amount", noise.amount, f"{name}: {type(noise).__name__}")
    return amount, float(noise.salt_vs_pepper)


def noise_by_epoch(noise: Any, image_shape: ImageShape, name: str) -> Noise | None:
    """Return the noise that transformers add to all images before each epoch."""
    if noise is None or isinstance(noise, SaltPepperNoise):
        return None
    return Noise(transformers_of(noise, name), image_shape)


def has_salt_and_pepper(noise: Any, name: str) -> bool:
    """Return whether pixels that are neither 0 nor 1 are clean in some images."""
    return any(isinstance(t, SaltPepperNoise) for t in transformers_of(noise, name))
