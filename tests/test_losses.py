"""Losses against their formulas in NumPy."""

import numpy as np
import pytest

from skdigits._training._losses import (
    binary_crossentropy,
    crossentropy,
    network_output,
)


def probabilities(n_samples, n_classes):
    odds = np.random.default_rng(0).uniform(0.1, 1, (n_samples, n_classes))
    return (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("smoothing", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("shape", [(5,), (5, 1)], ids=str)
def test_crossentropy_is_that_of_smoothed_targets(smoothing, shape):
    predicted = probabilities(5, 3)
    indices = np.array([0, 2, 1, 2, 2])
    targets = (1 - smoothing) * np.eye(3)[indices] + smoothing / 3
    expected = -(targets * np.log(predicted)).sum(axis=1).mean()
    loss = crossentropy(smoothing)(indices.reshape(shape), predicted)
    assert float(loss) == pytest.approx(expected, rel=1e-5)


def test_binary_crossentropy_is_a_mean_over_pixels():
    predicted, pixels = probabilities(4, 6), np.random.default_rng(1).random((4, 6))
    each = pixels * np.log(predicted) + (1 - pixels) * np.log(1 - predicted)
    loss = binary_crossentropy()(pixels, predicted)
    assert float(loss) == pytest.approx(-each.mean(), rel=1e-5)


def test_loss_of_a_network_that_computes_its_own_is_the_mean_output():
    outputs = np.array([[0.5, 1.5, 4.0], [2.0, 3.0, 7.0]], np.float32)
    loss = network_output()(np.zeros(2), outputs)
    assert float(loss) == pytest.approx(3.0)
    # The mean over one sample is that of the sample, as its weight needs it.
    assert network_output().call(None, outputs).numpy().tolist() == [2, 4]
