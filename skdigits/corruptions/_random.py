"""Random numbers that are a function of a seed and the content of an image."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits._images import hash_rows


def image_generators(pixels: NDArray[Any], seed: int) -> Iterator[np.random.Generator]:
    """Yield a random generator for each image, Philox with (hash, seed) as key.

    It is one object, which is reset for each image: that takes a twentieth of the time
    of a new one. It is valid until the next one is asked for.
    """
    philox = np.random.Philox(key=0)
    generator = np.random.Generator(philox)
    state = philox.state
    for image_hash in hash_rows(pixels.reshape(len(pixels), -1)):
        state["state"]["key"] = np.array([image_hash, seed], dtype=np.uint64)
        philox.state = state
        yield generator


def random_signs(pixels: NDArray[Any], seed: int, n: int) -> NDArray[np.int64]:
    """Return -1 or 1, each with probability 1/2: `n` of them for each image."""
    bits = [rng.integers(0, 2, size=n) for rng in image_generators(pixels, seed)]
    return 2 * np.stack(bits) - 1
