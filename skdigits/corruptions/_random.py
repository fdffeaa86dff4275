"""Random numbers that are a function of a seed and the content of an image."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits._images import hash_rows, splitmix_output, splitmix_states


def image_generators(pixels: NDArray[Any], seed: int) -> Iterator[np.random.Generator]:
    """Yield a random generator for each image, SFC64 in a state of its own.

    Its state are outputs of SplitMix64, started from the sum of hash and seed. It is
    one object, which is reset for each image: that takes a twentieth of the time of a
    new one. It is valid until the next one is asked for.
    """
    sfc64 = np.random.SFC64(0)
    generator = np.random.Generator(sfc64)
    state = sfc64.state
    hashes = hash_rows(pixels.reshape(len(pixels), -1)) + np.uint64(seed)
    words = splitmix_output(hashes)[:, np.newaxis] + splitmix_states(4)
    words = splitmix_output(words)
    words[:, 3] = 1  # a counter
    for state["state"]["state"] in words:
        sfc64.state = state
        yield generator


def random_signs(pixels: NDArray[Any], seed: int, n: int) -> NDArray[np.int64]:
    """Return -1 or 1, each with probability 1/2: `n` of them for each image."""
    bits = [rng.integers(0, 2, size=n) for rng in image_generators(pixels, seed)]
    return 2 * np.stack(bits) - 1
