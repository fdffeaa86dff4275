"""The curve of accuracy against noise."""

import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import column_or_1d

from skdigits import SaltPepperNoise
from skdigits.page._networks import Plain

AMOUNTS = tuple(step / 10 for step in range(11))
# So few are classified without TensorFlow.
_BATCH_SIZE = 500


def measure_curve(
    classifier: Any,
    denoisers: Sequence[tuple[str, Any]],
    X: NDArray[Any],
    y: ArrayLike,
    source: str,
) -> Plain:
    """Measure the accuracy on images with noise, and on these after each denoiser."""
    labels = column_or_1d(y)
    check_consistent_length(X, labels)
    accuracies: dict[str, list[float]] = {"noisy": []}
    accuracies |= {f"cleaned by {name}": [] for name, _ in denoisers}
    for amount in AMOUNTS:
        noisy = SaltPepperNoise(amount, random_state=0).fit_transform(X)
        versions = [noisy]
        versions += [_batches(denoiser.transform, noisy) for _, denoiser in denoisers]
        for values, version in zip(accuracies.values(), versions, strict=True):
            predicted = _batches(classifier.predict, version)
            values.append(round(float((predicted == labels).mean()), 4))
    return {
        "amounts": list(AMOUNTS),
        "lines": [
            {"name": name, "accuracy": values} for name, values in accuracies.items()
        ],
        "source": source,
    }


def load_curve() -> Plain:
    """Load the curve of the package's models (docs/make_noise_curve.py)."""
    text = files("skdigits.page").joinpath("noise_curve.json").read_text("utf-8")
    return json.loads(text)


def _batches(function: Any, X: NDArray[Any]) -> NDArray[Any]:
    starts = range(0, len(X), _BATCH_SIZE)
    return np.concatenate([function(X[at : at + _BATCH_SIZE]) for at in starts])
