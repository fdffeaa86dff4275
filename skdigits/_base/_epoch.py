"""Which images an epoch consists of, and which are held out for validation."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

Indices = NDArray[np.intp]
Weight = NDArray[np.float64]

# Integer weights repeat images up to this mean weight; larger ones scale the loss.
_MAX_REPETITION = 10


def sort_by_content(hashes: NDArray[np.uint64], y: NDArray[Any]) -> Indices:
    """Return image indices in an order that does not depend on that of the images."""
    return np.lexsort((y, hashes))


def split_weights(
    weight: Weight | None, n_images: int
) -> tuple[Indices, Weight | None]:
    """Return how often each image occurs in an epoch, and the weights of the loss.

    Integer weights are equivalent to repeated images.
    """
    once = np.ones(n_images, dtype=np.intp)
    if weight is None:
        return once, None
    whole = np.array_equal(weight, np.round(weight))
    if not whole or weight.sum() > _MAX_REPETITION * n_images:
        return once, weight
    return weight.astype(np.intp), None


def hold_out(
    order: Indices,
    hashes: NDArray[np.uint64],
    y: NDArray[Any],
    *,
    fraction: float,
    seed: int,
    estimator: str,
) -> tuple[Indices, Indices]:
    """Split indices sorted by content by class; equal images stay together."""
    _, first = np.unique(hashes[order], return_index=True)
    copies = np.split(order, first[1:])
    try:
        train, held_out = train_test_split(
            np.arange(len(first)),
            test_size=fraction,
            stratify=y[order[first]],
            random_state=seed,
        )
    except ValueError as error:
        raise ValueError(
            f"{estimator}: cannot hold out {fraction:g} of {len(first)} distinct "
            f"images for validation: {str(error).rstrip('.')}. Pass validation_data "
            "to fit, or change validation_fraction."
        ) from None
    return (
        np.concatenate([copies[image] for image in train]),
        np.concatenate([copies[image] for image in held_out]),
    )
