"""Hashes of images against SplitMix64 in Python's integers."""

import struct

import numpy as np
import pytest
from _splitmix import BITS, GAMMA, split_mix_64

from skdigits._images import hash_rows, row_blocks, splitmix_output, splitmix_states


def words_of_seed_0(n):
    return [split_mix_64(step * GAMMA) for step in range(1, n + 1)]


def test_words_are_those_of_splitmix64():
    expected = words_of_seed_0(1001)
    # The first two of seed 0 as other implementations publish them.
    assert expected[:2] == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4]
    assert splitmix_output(splitmix_states(1001)).tolist() == expected


def test_states_are_left_as_they_are():
    states = splitmix_states(5)
    splitmix_output(states)
    assert states.tolist() == splitmix_states(5).tolist()


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_hash_is_the_multilinear_one(dtype):
    pixels = np.random.default_rng(0).integers(0, 256, (3, 50))
    X = pixels.astype("uint8") if dtype == "uint8" else (pixels / 255).astype(dtype)
    odd = [word | 1 for word in words_of_seed_0(50)]
    expected = []
    for row in pixels:
        bits = [
            struct.unpack("<I", struct.pack("<f", np.float32(pixel) / np.float32(255)))
            for pixel in row
        ]
        expected.append(sum(b * c for (b,), c in zip(bits, odd, strict=True)) & BITS)
    assert hash_rows(X).tolist() == expected


def test_both_zeros_have_one_hash():
    assert hash_rows(np.float32([[0.0, 1.0]])) == hash_rows(np.float32([[-0.0, 1.0]]))


@pytest.mark.parametrize(
    ("n_rows", "words"), [(1, 1), (200_000, 1), (5000, 64), (7, 2**17)]
)
def test_blocks_hold_each_row_once_and_fit_the_cache(n_rows, words):
    parts = [range(n_rows)[block] for block in row_blocks(n_rows, words)]
    assert [row for part in parts for row in part] == list(range(n_rows))
    assert all(len(part) == 1 or len(part) * words <= 2**16 for part in parts)
    assert all(len(part) * words > 2**15 for part in parts[:-1])


def test_hashes_do_not_depend_on_the_blocks():
    X = np.random.default_rng(0).random((3000, 64), dtype="float32")
    one_by_one = np.concatenate([hash_rows(X[[i]]) for i in range(len(X))])
    np.testing.assert_array_equal(hash_rows(X), one_by_one)
