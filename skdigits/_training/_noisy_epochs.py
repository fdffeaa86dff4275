"""New noise for the images of each epoch, added by transformers."""

import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits._images import hash_rows, splitmix_output
from skdigits._training._job import Noise

# Images that are transformed at a time: soon enough to stop after Ctrl-C.
_BLOCK = 1000


def noisy_epochs(
    X: NDArray[Any], noise: Noise, seed: int, epochs: int
) -> Generator[NDArray[Any]]:
    """Yield the images of each epoch, with new noise.

    Those of the next epoch are made in another thread while the caller uses these.
    """
    stop = threading.Event()
    with ThreadPoolExecutor(max_workers=1) as worker:

        def start(epoch: int) -> Any:
            return worker.submit(_add_noise, X, noise, (seed, epoch), stop)

        coming = start(0)
        try:
            for epoch in range(1, epochs + 1):
                images = coming.result()
                if epoch < epochs:
                    coming = start(epoch)
                yield images
        finally:
            stop.set()


def _add_noise(
    X: NDArray[Any], noise: Noise, seed: tuple[int, int], stop: threading.Event
) -> NDArray[Any]:
    """Return noisy images; each one is changed by one of the transformers.

    Which one depends on the image, not on its position among the others.
    """
    rng = np.random.default_rng(seed)
    transformers = [
        _seeded(transformer, int(rng.integers(2**31)))
        for transformer in noise.transformers
    ]
    words = splitmix_output(hash_rows(X) + rng.integers(2**63, dtype=np.uint64))
    drawn = words % np.uint64(len(transformers))
    noisy = np.empty_like(X)
    for first in range(0, len(X), _BLOCK):
        if stop.is_set():
            break
        for index, transformer in enumerate(transformers):
            rows = first + np.flatnonzero(drawn[first : first + _BLOCK] == index)
            if len(rows):
                noisy[rows] = _transform(transformer, X[rows], noise.image_shape)
    return noisy


def _seeded(transformer: Any, seed: int) -> Any:
    """Return a copy whose random steps use this seed."""
    copy = deepcopy(transformer)
    seeds = np.random.default_rng(seed)
    for name in sorted(copy.get_params()):
        if name == "random_state" or name.endswith("__random_state"):
            copy.set_params(**{name: int(seeds.integers(2**31))})
    return copy


def _transform(
    transformer: Any, rows: NDArray[Any], image_shape: tuple[int, int]
) -> NDArray[Any]:
    """Return noisy rows of the dtype of `rows`."""
    images = rows.reshape(-1, *image_shape)
    noisy = np.asarray(transformer.transform(images))
    if noisy.shape != images.shape:
        raise ValueError(
            f"noise={transformer!r:.80} turned images of shape {images.shape} into "
            f"{noisy.shape}; it must keep the shape."
        )
    if noisy.dtype.kind == "f" and not 0 <= noisy.min() <= noisy.max() <= 1:
        raise ValueError(
            f"noise={transformer!r:.80} returned pixels from {noisy.min():.3g} to "
            f"{noisy.max():.3g}; floats must be in [0, 1]."
        )
    if rows.dtype == np.uint8 and noisy.dtype != np.uint8:
        noisy = np.rint(255 * noisy)  # such as the output of a denoiser
    return noisy.reshape(rows.shape).astype(rows.dtype, copy=False)
