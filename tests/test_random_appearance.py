"""Random changes of appearance against SciPy, NumPy and their probabilities."""

import numpy as np
import pytest
from scipy import signal

from skdigits.corruptions import RandomAppearance
from skdigits.corruptions import _appearance_changes as changes


@pytest.fixture
def image():
    return np.random.default_rng(0).random((28, 24), dtype=np.float32)


def test_share_of_unchanged_images():
    images = np.random.default_rng(0).uniform(0.1, 0.9, (4000, 6, 6))
    changed = RandomAppearance(random_state=0).transform(images)
    share = (changed == images.astype(np.float32)).all(axis=(1, 2)).mean()
    # No change was chosen, or only strokes, of which none was drawn.
    others = np.prod(1 - np.array([0.2, 0.35, 0.25, 0.4, 0.1, 0.4, 0.2]))
    expected = 0.15 + 0.85 * others * (0.7 + 0.3 * 0.3**2)
    # Rarely a stroke misses the image.
    assert expected - 0.03 < share < expected + 0.04


def test_every_change_keeps_the_range_and_the_input(image):
    for change in (
        changes.draw_strokes,
        changes.blur,
        changes.filter_linearly,
        changes.change_part,
        changes.add_noise,
        changes.add_speckle,
        changes.change_tones,
        changes.hide_rectangle,
    ):
        before = image.copy()
        for seed in range(30):
            result = change(image, np.random.default_rng(seed))
            assert result.dtype == np.float32, change
            assert -1e-6 <= result.min() <= result.max() <= 1 + 1e-6, change
        np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize("exponent", [0, 1, 2])
def test_noise_has_the_amplitude_of_its_frequency(exponent):
    rng = np.random.default_rng(0)
    fields = np.stack([changes._field((64, 64), exponent, rng) for _ in range(200)])
    power = (np.abs(np.fft.rfft2(fields)) ** 2).mean(axis=0)
    frequency = np.hypot(np.fft.fftfreq(64)[:, np.newaxis], np.fft.rfftfreq(64))
    inner = (frequency > 0) & (frequency < 0.5)
    slope = np.polyfit(np.log(frequency[inner]), np.log(power[inner]), 1)[0]
    assert abs(slope + 2 * exponent) < 0.05
    np.testing.assert_allclose(fields.std(axis=(1, 2)), 1, rtol=1e-3)


def test_filtered_image_is_a_correlation(image):
    found = set()
    for seed in range(40):
        rng = np.random.default_rng(seed)
        side = rng.choice([3, 3, 5])
        kernel = rng.standard_normal((side, side), dtype=np.float32)
        expected = signal.correlate2d(image, kernel, mode="same")
        result = changes.filter_linearly(image, np.random.default_rng(seed))
        # Linear in both images, unless the filter is rectified.
        columns = np.stack([expected, image, np.ones_like(image)], axis=-1)
        _, residual, *_ = np.linalg.lstsq(
            columns.reshape(-1, 3), result.ravel(), rcond=None
        )
        found.add(bool(residual < 1e-6))
    assert found == {True, False}


def test_strokes_have_the_distance_to_a_line():
    points = np.array([[2.0, 3.0], [9.0, 4.5], [9.0, 4.5], [5.0, 12.0]])
    dense = np.concatenate(
        [np.linspace(a, b, 2000) for a, b in zip(points, points[1:], strict=False)]
    )
    pixels = np.indices((12, 14)).reshape(2, -1).T
    expected = np.linalg.norm(pixels[:, np.newaxis] - dense, axis=2).min(axis=1)
    distance = changes._distance((12, 14), points)
    np.testing.assert_allclose(distance.ravel(), expected, atol=0.01)


def test_tones_are_a_function_of_the_value():
    levels = np.linspace(0, 1, 11, dtype=np.float32)
    image = np.stack([levels, levels[::-1]])
    for seed in range(100):
        result = changes.change_tones(image, np.random.default_rng(seed))
        np.testing.assert_array_equal(result[0], result[1, ::-1])
        assert abs(result[0, 0] - result[0, -1]) >= 0.25
