"""All that the page holds: models, the curve, and what is missing."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from skdigits import DenoisingAutoencoder, DigitGenerator
from skdigits.page._curve import load_curve, measure_curve
from skdigits.page._generator import describe_generator
from skdigits.page._models import Classifier, check_size, describe_denoiser, unwrap
from skdigits.page._networks import Plain
from skdigits.pretrained import load_classifier, load_denoiser, load_generator

# Of all networks together: the page would have 25 MB.
_MOST_WEIGHTS = 8_000_000


def collect(
    classifier: Any,
    denoiser: DenoisingAutoencoder | Iterable[DenoisingAutoencoder] | None,
    generator: DigitGenerator | None,
    X: ArrayLike | None,
    y: ArrayLike | None,
) -> Plain:
    """Return the data of a page; None is the package's model."""
    if (X is None) != (y is None):
        raise ValueError("write: X and y belong together; pass both or neither.")
    is_packaged = classifier is None and denoiser is None
    model = load_classifier() if classifier is None else classifier
    described = Classifier(model)
    denoisers = _denoisers(denoiser, described.size)
    generator = _generator(generator, described.size)
    networks = [*chain.from_iterable(described.chains), *denoisers]
    _check_weights([*networks, *([generator] if generator else [])])
    plain = [describe_denoiser(one, described.size) for one in denoisers]
    curve = load_curve() if is_packaged else None
    if X is not None and y is not None:
        names = [one["name"] for one in plain]
        pairs = list(zip(names, denoisers, strict=True))
        images = np.asarray(X)
        source = f"{len(images):,} images"
        curve = measure_curve(described.predictor, pairs, images, y, source)
    return {
        "classifier": described.describe(),
        "denoisers": plain,
        "generator": generator and describe_generator(generator, X, y),
        "curve": curve,
    }


def _denoisers(
    denoiser: DenoisingAutoencoder | Iterable[DenoisingAutoencoder] | None, size: int
) -> list[DenoisingAutoencoder]:
    if denoiser is None:
        shipped = [load_denoiser("dense"), load_denoiser()]
        return [one for one in shipped if one.image_shape_ == (size, size)]
    denoiser = unwrap(denoiser)
    return list(denoiser) if isinstance(denoiser, Iterable) else [denoiser]


def _generator(generator: DigitGenerator | None, size: int) -> DigitGenerator | None:
    if generator is None:
        shipped = load_generator()
        return shipped if shipped.image_shape_ == (size, size) else None
    generator = unwrap(generator)
    if not isinstance(generator, DigitGenerator):
        raise TypeError(
            f"write: generator={type(generator).__name__} is not a DigitGenerator."
        )
    check_is_fitted(generator)
    check_size(generator, "generator", size)
    return generator


def _check_weights(models: list[Any]) -> None:
    n_weights = sum(model.n_parameters_ for model in models)
    if n_weights > _MOST_WEIGHTS:
        raise ValueError(
            f"write: the networks have {n_weights:,} weights. A page holds up to "
            f"{_MOST_WEIGHTS:,}. Pass smaller networks."
        )
