"""Hashes of images and SplitMix64 random numbers, in vectorized integer NumPy."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits._images._validation import to_unit_range

# Odd increment and multipliers of SplitMix64 (Steele, Lea and Flood 2014, "Fast
# splittable pseudorandom number generators").
_GAMMA = 0x9E3779B97F4A7C15
_MIX_1 = 0xBF58476D1CE4E5B9
_MIX_2 = 0x94D049BB133111EB
# 64-bit words per block: a block fits into the L2 cache.
_BLOCK_WORDS = 1 << 16


def row_blocks(n_rows: int, words_per_row: int) -> list[slice]:
    """Return slices that split the rows into blocks that fit into the cache."""
    step = max(1, _BLOCK_WORDS // words_per_row)
    return [slice(start, start + step) for start in range(0, n_rows, step)]


def hash_rows(X: NDArray[Any]) -> NDArray[np.uint64]:
    """Return a 64-bit multilinear hash of each row, equal for ``uint8`` and floats."""
    hashes = np.empty(len(X), dtype=np.uint64)
    coefficients = splitmix_output(splitmix_states(X.shape[1])) | np.uint64(1)
    for block in row_blocks(len(X), X.shape[1]):
        fractions = to_unit_range(X[block]).astype(np.float32, copy=False)
        bits = (fractions + np.float32(0)).view(np.uint32)  # -0.0 becomes 0.0
        hashes[block] = bits.astype(np.uint64) @ coefficients
    return hashes


def splitmix_states(n: int) -> NDArray[np.uint64]:
    """Return the first `n` states of SplitMix64 with seed 0."""
    return np.arange(1, n + 1, dtype=np.uint64) * np.uint64(_GAMMA)


def splitmix_output(states: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return SplitMix64's output for each state."""
    words = states ^ (states >> np.uint64(30))
    words *= np.uint64(_MIX_1)
    words ^= words >> np.uint64(27)
    words *= np.uint64(_MIX_2)
    words ^= words >> np.uint64(31)
    return words
