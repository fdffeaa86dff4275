"""Formulas that training in Keras and prediction in NumPy share, against others."""

import numpy as np
import pytest

from skdigits.networks import _numpy_ops as ops
from skdigits.networks._formulas import (
    bounded_log_variance,
    clean_pixels,
    hiding_grids,
    keep_certain,
    pixel_states,
)


def test_states_are_black_white_or_between():
    pixels = np.float32([-0.5, 0, 0.25, 1, 1.5])
    states = pixel_states(ops, pixels.reshape(1, 1, 5, 1))
    assert states.dtype == np.float32
    assert states[0, 0].tolist() == [
        *([-0.5, 1, 0, 0], [0, 1, 0, 0], [0.25, 0, 0, 1]),
        *([1, 0, 1, 0], [1.5, 0, 1, 0]),
    ]


def test_logarithm_of_the_variance_is_bounded_by_10():
    x = np.array([[[0.5, -50, 3, -2, 5, 1000]]])
    expected = [[[0.5, -50, 3, 10 * np.tanh(-0.2), 10 * np.tanh(0.5), 10]]]
    np.testing.assert_allclose(bounded_log_variance(ops, x, 3), expected)


def test_pixels_between_black_and_white_are_kept():
    noisy = np.array([-0.5, 0, 1e-6, 0.4, 1 - 1e-6, 1, 1.5])
    kept = keep_certain(ops, np.full(7, 0.7), noisy)
    assert kept.tolist() == [0.7, 0.7, 1e-6, 0.4, 1 - 1e-6, 0.7, 0.7]


def test_hiding_grids_take_one_pixel_of_each_square():
    grids = hiding_grids(3, 5)
    assert (grids.shape, grids.dtype) == ((4, 3, 5, 1), np.float32)
    even, odd = [1, 0, 1, 0, 1], [0, 1, 0, 1, 0]
    none = [0, 0, 0, 0, 0]
    assert grids[..., 0].tolist() == [
        *([even, none, even], [odd, none, odd]),
        *([none, even, none], [none, odd, none]),
    ]


@pytest.mark.parametrize("amount", [0.1, 0.3, 0.8])
@pytest.mark.parametrize("salt_vs_pepper", [0.25, 0.6])
@pytest.mark.parametrize("prior", [(0.5, 0.2, 0.3), (0.1, 0.75, 0.15)], ids=str)
def test_clean_pixel_is_the_mean_given_its_noisy_value(amount, salt_vs_pepper, prior):
    """By enumeration of a clean pixel that is 0, 1 or 0.7."""
    values = np.array([0, 1, 0.7])
    salt, pepper = amount * salt_vs_pepper, amount * (1 - salt_vs_pepper)
    # Rows are clean, columns are noisy: black, white, between.
    likelihood = (1 - amount) * np.eye(3) + np.array([pepper, salt, 0])
    joint = np.array(prior)[:, np.newaxis] * likelihood
    noisy = joint.sum(axis=0)
    expected = values @ joint / noisy
    logits = np.tile([*np.log(noisy), np.log(0.7 / 0.3)], (3, 1))
    states = np.array([[0, 1, 0, 0], [1, 0, 1, 0], [0.4, 0, 0, 1]])
    clean = clean_pixels(ops, states, logits, amount, salt_vs_pepper)
    expected = [[expected[0]], [expected[1]], [0.4]]
    np.testing.assert_allclose(clean, expected, atol=1e-9)


def test_clean_pixel_that_the_noise_explains_alone_is_the_mean_between():
    # Fewer black pixels than pepper, and hardly any white ones besides salt.
    logits = np.log([[0.1, 0.2 + 1e-9, 0.7 - 1e-9, 0.25 / 0.75]])
    states = np.array([[0.0, 1, 0, 0], [1.0, 0, 1, 0]])
    clean = clean_pixels(ops, states, logits, 0.4, 0.5)
    np.testing.assert_allclose(clean[:, 0], 0.25, atol=1e-4)
