"""Metrics of generated images: variety, and distance to the nearest image."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# Images compared with all others in one matrix product.
_CHUNK_SIZE = 500

LabeledImages = tuple[NDArray[Any], NDArray[Any]]


def variety(
    new: LabeledImages, real: LabeledImages, seed: int, n_pairs: int = 10_000
) -> float:
    """Mean distance between new images of a class, relative to that of real images.

    The ratio is averaged over the classes. `new` and `real` are images (n, n_features)
    and labels (n,). Distances are Euclidean, averaged over `n_pairs` pairs per class.
    Classes with fewer than two new or real images are ignored.
    """
    ratios = []
    for label in np.unique(real[1]):
        pair = [images[labels == label] for images, labels in (new, real)]
        if min(map(len, pair)) > 1:
            distances = [_mean_distance(images, seed, n_pairs) for images in pair]
            ratios.append(distances[0] / distances[1])
    return float(np.mean(ratios))


def _mean_distance(X: NDArray[Any], seed: int, n_pairs: int) -> float:
    """Return the mean distance of random pairs of different rows of `X`."""
    rng = np.random.default_rng(seed)
    first = rng.integers(len(X), size=n_pairs)
    second = (first + rng.integers(1, len(X), size=n_pairs)) % len(X)
    return float(np.linalg.norm(X[first] - X[second], axis=1).mean())


def nearest_distances(X: NDArray[Any], others: NDArray[Any]) -> NDArray[np.float64]:
    """Return the Euclidean distance of each row of `X` to the nearest of `others`."""
    squares = (others**2).sum(axis=1)
    squared_distances = np.empty(len(X))
    for start in range(0, len(X), _CHUNK_SIZE):
        part = X[start : start + _CHUNK_SIZE]
        terms = squares - 2 * part @ others.T
        squared_distances[start : start + _CHUNK_SIZE] = terms.min(axis=1) + (
            part**2
        ).sum(axis=1)
    return np.sqrt(np.maximum(squared_distances, 0))
