"""A generator as plain data for the page: halves, mixtures, and a plane to walk in."""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

from skdigits import DigitGenerator
from skdigits._images import to_unit_range
from skdigits.page._networks import Plain, describe_network, encode_array

# Points that the page shows in the plane, for each label.
_N_POINTS = 30
_SEED = 0
# Margin around the points, as a fraction of their range.
_MARGIN = 0.05


def describe_generator(
    generator: DigitGenerator, X: ArrayLike | None, y: ArrayLike | None
) -> Plain:
    """Return plain data of a fitted generator.

    The plane is that of the two principal components of the latent vectors: of images
    `X` with labels `y`, else of vectors sampled from the mixtures.
    """
    if X is None:
        vectors, labels = _sample_vectors(generator)
    else:
        vectors, labels = _encode_images(generator, X, y)
    return {
        "encoder": describe_network(generator, "encoder"),
        "decoder": describe_network(generator, "decoder"),
        "labels": [str(label) for label in generator.classes_],
        "latentSize": vectors.shape[1],
        "mixtures": [_describe_mixture(mixture) for mixture in generator.mixtures_],
        "spread": _plain(vectors.std(axis=0)),
        "plane": _find_plane(vectors, labels),
        "pointsAreImages": X is not None,
    }


def _describe_mixture(mixture: Any) -> Plain:
    factors = np.linalg.cholesky(mixture.covariances_)
    return {
        "weights": _plain(mixture.weights_),
        "means": encode_array(mixture.means_.ravel()),
        "factors": encode_array(factors.ravel()),
    }


def _sample_vectors(
    generator: DigitGenerator,
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Sample latent vectors of each class."""
    rng = check_random_state(_SEED)
    parts = [
        # Sampling must not change the seed of the fitted mixture: use a copy.
        copy.copy(mixture).set_params(random_state=rng).sample(_N_POINTS)[0]
        for mixture in generator.mixtures_
    ]
    return np.concatenate(parts), np.repeat(np.arange(len(parts)), _N_POINTS)


def _encode_images(
    generator: DigitGenerator, X: ArrayLike, y: ArrayLike | None
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return latent vectors of a few images of each class, and their class indices."""
    images, labels, _ = generator._validate(X, y, reset=False)
    if unknown := set(labels.tolist()) - set(generator.classes_.tolist()):
        raise ValueError(
            f"write: y has the label {unknown.pop()!r:.100}, which the generator has "
            "not seen."
        )
    rng = check_random_state(_SEED)
    own = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    chosen = np.concatenate([rng.permutation(part)[:_N_POINTS] for part in own])
    indices = np.searchsorted(generator.classes_, labels[chosen])
    one_hot = np.eye(len(generator.classes_), dtype=np.float32)[indices]
    labelled = np.hstack([to_unit_range(images[chosen]), one_hot])
    encoded = generator._trained_network().predict(labelled, part="encoder")
    means = encoded[:, : encoded.shape[1] // 2].astype(np.float64)
    return means, indices


def _find_plane(vectors: NDArray[np.float64], labels: NDArray[np.intp]) -> Plain:
    """Return mean, axes and range of the plane, and the points projected onto it."""
    mean = vectors.mean(axis=0)
    axes = np.zeros((2, len(mean)))
    # A latent space of one dimension has a single axis.
    components = np.linalg.svd(vectors - mean, full_matrices=False)[2][:2]
    axes[: len(components)] = components
    points = (vectors - mean) @ axes.T
    low, high = points.min(axis=0), points.max(axis=0)
    margin = _MARGIN * np.maximum(high - low, 1e-6)
    return {
        "mean": _plain(mean),
        "axes": [_plain(axis) for axis in axes],
        "low": _plain(low - margin),
        "high": _plain(high + margin),
        "points": [
            [*_plain(point), int(label)]
            for point, label in zip(points, labels, strict=True)
        ],
    }


def _plain(values: Sequence[float] | NDArray[Any]) -> list[float]:
    return [round(float(value), 5) for value in values]
