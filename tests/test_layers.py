"""Layers of our own against NumPy, SciPy and enumeration."""

import numpy as np
import pytest
from scipy import ndimage

from skdigits.networks import mlp
from skdigits.networks._deformation import RandomDeformation
from skdigits.networks._keras_layers import (
    AdversarialShift,
    BlindSpot,
    HidePixels,
    SaltPepper,
)


def test_noise_acts_in_training_only():
    layer = SaltPepper(low=0.3, high=0.3, salt_vs_pepper=0.8)
    grey = np.full((100, 400), 0.5, dtype=np.float32)
    noisy = np.asarray(layer(grey, training=True))
    # 40,000 pixels: five standard errors of a fraction are below 0.0125.
    assert abs((noisy == 1).mean() - 0.3 * 0.8) < 0.0125
    assert abs((noisy == 0).mean() - 0.3 * 0.2) < 0.0125
    assert (np.asarray(layer(grey, training=False)) == grey).all()


def test_each_picture_draws_its_own_amount_of_noise():
    grey = np.full((1000, 400), 0.5, dtype=np.float32)
    layer = SaltPepper(low=0.2, high=0.6, salt_vs_pepper=0.5)
    noisy = np.asarray(layer(grey, training=True))
    amounts = (noisy != 0.5).mean(axis=1)
    # Uniform between 0.2 and 0.6, blurred by 400 pixels' chance of at most 0.025.
    assert abs(amounts.mean() - 0.4) < 0.025
    assert abs(amounts.std() - 0.4 / np.sqrt(12)) < 0.02


def pictures(n=200, side=15):
    smooth = ndimage.gaussian_filter(
        np.random.default_rng(0).random((n, side, side)), (0, 1.5, 1.5)
    )
    return smooth.astype("float32")[..., np.newaxis]


def test_deformation_is_none_outside_training():
    X = pictures()
    layer = RandomDeformation(shift=0.2, rotation=30, zoom=0.3, elastic=0.1)
    assert (np.asarray(layer(X)) == X).all()
    assert (np.asarray(layer(X, training=True)) != X).any()


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("kind", ["shift", "rotation", "zoom"])
def test_deformed_picture_equals_one_made_by_scipy(kind, order):
    largest = {"shift": 0.2, "rotation": 30.0, "zoom": 0.25}[kind]
    X = pictures(n=20)
    layer = RandomDeformation(**{kind: largest}, order=order)
    y, x = np.broadcast_arrays(*layer._sampling_positions(20, 15, 15))
    layer.seed_generator.state.assign([0, 0])  # the same draws once more
    deformed = np.asarray(layer(X, training=True))[..., 0]
    for picture, rows, columns, result in zip(X[..., 0], y, x, deformed, strict=True):
        expected = ndimage.map_coordinates(
            picture, [rows, columns], order=order, mode="grid-constant"
        )
        np.testing.assert_allclose(result, expected, atol=1e-5)
    # How far the corner's place moved, against what the setting allows.
    moved = np.hypot(y[:, 0, 0], x[:, 0, 0])
    bound = {
        "shift": 0.2 * 15 * np.sqrt(2),
        "rotation": 2 * np.sin(np.radians(15)) * 7 * np.sqrt(2),
        "zoom": 7 * np.sqrt(2) * (1 / 0.75 - 1),
    }[kind]
    assert bound / 2 < moved.max() <= bound


def test_cubic_interpolation_is_exact_for_parabolas_within():
    rows, columns = np.mgrid[:15, :15] / 15
    picture = (0.2 + 0.5 * (rows - 0.4) ** 2 + 0.3 * rows * columns)[None, ..., None]
    layer = RandomDeformation(rotation=20.0, zoom=0.2, order=3)
    y, x = (np.asarray(place)[0] for place in layer._sampling_positions(1, 15, 15))
    layer.seed_generator.state.assign([0, 0])  # the same draws once more
    deformed = np.asarray(layer(picture.astype("float32"), training=True))[0, ..., 0]
    expected = 0.2 + 0.5 * (y / 15 - 0.4) ** 2 + 0.3 * y * x / 15**2
    within = (y > 1) & (y < 13) & (x > 1) & (x < 13)
    assert within.sum() > 100
    np.testing.assert_allclose(deformed[within], expected[within], atol=1e-5)


def test_cubic_interpolation_stays_in_range_and_is_black_outside():
    layer = RandomDeformation(shift=0.5, order=3)
    X = (pictures(n=200) > 0.5).astype("float32")
    y, x = (np.asarray(place) for place in layer._sampling_positions(200, 15, 15))
    layer.seed_generator.state.assign([0, 0])
    deformed = np.asarray(layer(X, training=True))[..., 0]
    assert deformed.min() == 0
    assert deformed.max() == 1
    outside = (y <= -1) | (y >= 15) | (x <= -1) | (x >= 15)
    assert outside.any()
    assert (deformed[np.broadcast_to(outside, deformed.shape)] == 0).all()


def test_elastic_displacements_have_their_size():
    y, x = RandomDeformation(elastic=0.05)._sampling_positions(500, 20, 20)
    rows, columns = np.mgrid[:20, :20]
    # Interpolation between the grid's points makes the field somewhat smaller.
    for displacement in (np.asarray(y) - rows, np.asarray(x) - columns):
        assert abs(displacement.mean()) < 0.1
        assert 0.6 < displacement.std() < 1.1


def test_hidden_pixels_share_out_the_picture():
    states = np.ones((3, 5, 7, 4), dtype="float32")
    visible, hidden = (np.asarray(part) for part in HidePixels()(states))
    assert hidden.shape == (12, 5, 7, 1)
    by_grid = hidden.reshape(4, 3, 5, 7)
    assert (by_grid.sum(axis=0) == 1).all()
    assert (visible == 1 - hidden).all()


def test_clean_pixel_is_the_mean_given_its_noisy_value():
    # Clean pixel: 0, 1 or 0.6, with these probabilities given the other pixels.
    amount, salt_share, prior = 0.3, 0.6, np.array([0.5, 0.2, 0.3])
    values = np.array([0.0, 1.0, 0.6])
    salt, pepper = amount * salt_share, amount * (1 - salt_share)
    # Of the noisy pixel, by enumeration: rows are clean, columns noisy 0, 1, between.
    likelihood = (1 - amount) * np.eye(3) + np.array([pepper, salt, 0.0])
    joint = prior[:, np.newaxis] * likelihood
    noisy = joint.sum(axis=0)
    expected = (values[:, np.newaxis] * joint).sum(axis=0) / noisy
    logits = np.append(np.log(noisy), np.log(0.6 / 0.4)).astype("float32")
    logits = np.tile(logits, (4, 1, 3, 1))
    # A picture of one row: black, white and a grey of 0.25.
    states = np.array([[0, 1, 0, 0], [1, 0, 1, 0], [0.25, 0, 0, 1]], dtype="float32")
    hidden = np.zeros((4, 1, 3, 1), dtype="float32")
    hidden[0] = 1
    clean = np.asarray(
        BlindSpot(amount=amount, salt_vs_pepper=salt_share, image_shape=(1, 3))(
            [states[np.newaxis, np.newaxis], hidden, logits]
        )
    )
    np.testing.assert_allclose(
        clean.ravel(), [expected[0], expected[1], 0.25], atol=1e-5
    )


def test_adversary_moves_pictures_where_the_network_is_less_sure():
    # Softmax regression: the gradient of log p[k] is W[:, k] - sum(p * W).
    network = mlp((4, 5), 3, hidden_layer_sizes=())
    rng = np.random.default_rng(0)
    X = rng.uniform(size=(50, 20)).astype(np.float32)
    kernel, _ = network.get_weights()
    p = network(X).numpy()
    gradient = kernel.T[p.argmax(axis=1)] - p @ kernel.T
    expected = X - 0.3 * gradient / np.linalg.norm(gradient, axis=1, keepdims=True)
    layer = AdversarialShift(network, 0.3)
    np.testing.assert_allclose(layer(X, training=True), expected, atol=1e-5)
    assert (np.asarray(layer(X, training=False)) == X).all()
