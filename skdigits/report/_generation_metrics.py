"""How new pictures compare with real ones: their variety, and their neighbours."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# Pictures compared with all others in one matrix product.
_CHUNK = 500

Labelled = tuple[NDArray[Any], NDArray[Any]]


def variety(new: Labelled, real: Labelled, seed: int, n_pairs: int = 10_000) -> float:
    """Mean over classes of how far two new pictures differ, over how far real ones do.

    Both are rows (n, n_features) and labels (n,); distances are Euclidean, means over
    `n_pairs` pairs per class. Classes of fewer than two pictures, new or real, do not
    count.
    """
    ratios = []
    for label in np.unique(real[1]):
        pair = [rows[labels == label] for rows, labels in (new, real)]
        if min(map(len, pair)) > 1:
            apart = [_mean_distance(rows, seed, n_pairs) for rows in pair]
            ratios.append(apart[0] / apart[1])
    return float(np.mean(ratios))


def _mean_distance(X: NDArray[Any], seed: int, n_pairs: int) -> float:
    """Mean distance of pairs of rows; no row is paired with itself."""
    rng = np.random.default_rng(seed)
    first = rng.integers(len(X), size=n_pairs)
    second = (first + rng.integers(1, len(X), size=n_pairs)) % len(X)
    return float(np.linalg.norm(X[first] - X[second], axis=1).mean())


def nearest(X: NDArray[Any], others: NDArray[Any]) -> NDArray[np.float64]:
    """Euclidean distance from each row of `X` to the nearest row of `others`."""
    squares = (others**2).sum(axis=1)
    found = np.empty(len(X))
    for start in range(0, len(X), _CHUNK):
        part = X[start : start + _CHUNK]
        squared = squares - 2 * part @ others.T
        found[start : start + _CHUNK] = squared.min(axis=1) + (part**2).sum(axis=1)
    return np.sqrt(np.maximum(found, 0))
