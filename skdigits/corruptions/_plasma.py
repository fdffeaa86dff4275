"""Plasma fractals by the diamond-square algorithm."""

import numpy as np
from numpy.typing import NDArray


def plasma(noise: NDArray[np.float32], roughness: float) -> NDArray[np.float32]:
    """Turn uniform random numbers, (n, size, size), into fractals in [0, 1].

    `size` is a power of two. Each fractal is periodic: opposite edges fit together.
    """
    # The value at each point becomes the mean of its neighbours plus the random number
    # that is at its place.
    values = 2 * noise - 1
    values[:, 0, 0] = 0
    step, amplitude = values.shape[1], np.float32(1)
    while step >= 2:
        half = step // 2
        corners = values[:, ::step, ::step]
        centres = values[:, half::step, half::step]
        across = corners + np.roll(corners, -1, axis=2)
        _displace(centres, across + np.roll(across, -1, axis=1), amplitude)
        # The edges of the squares lie between two corners and two centres.
        upright = centres + np.roll(centres, 1, axis=1)
        _displace(values[:, ::step, half::step], upright + across, amplitude)
        down = corners + np.roll(corners, -1, axis=1)
        flat = centres + np.roll(centres, 1, axis=2)
        _displace(values[:, half::step, ::step], flat + down, amplitude)
        step, amplitude = half, amplitude / np.float32(roughness**2)
    values -= values.min(axis=(1, 2), keepdims=True)
    values /= values.max(axis=(1, 2), keepdims=True)
    return values


def _displace(
    places: NDArray[np.float32], sums: NDArray[np.float32], amplitude: np.float32
) -> None:
    """Turn random numbers into the mean of four neighbours plus a random part."""
    places *= amplitude
    sums *= np.float32(0.25)
    places += sums
