"""Learning rates against their formulas, written a second time."""

import math

import numpy as np
import pytest

from skdigits._training._schedules import SCHEDULES


def half_cosine(start, stop, n_steps):
    return [
        start + (stop - start) * math.sin(math.pi * step / n_steps / 2) ** 2
        for step in range(n_steps)
    ]


EXPECTED = {
    "constant": [1.0] * 500,
    "cosine": half_cosine(1, 0, 500),
    # Smith and Topin: from 1/25 to the full rate in 30 % of the steps.
    "one_cycle": half_cosine(1 / 25, 1, 150) + half_cosine(1, 0, 350),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_rates_follow_their_formula(name):
    rates = SCHEDULES[name](500)
    assert rates.dtype == np.float32
    np.testing.assert_allclose(rates, EXPECTED[name], rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("n_steps", [1, 2, 3, 4])
def test_short_trainings_begin_with_a_rate_and_have_one_for_each_step(name, n_steps):
    rates = SCHEDULES[name](n_steps)
    assert len(rates) == n_steps
    assert rates.max() == 1
    assert rates.min() > 0
