"""Ink of images whose paper, noise and ink are known exactly."""

import numpy as np
import pytest

from skdigits.preprocessing._extract_ink import extract_ink

PAPER = 0.2


def on_paper(ink, *, margin, above=1.0):
    """Ink in the middle of paper; `above` is the level of full ink above the paper."""
    return np.pad(PAPER + above * np.asarray(ink, float), margin, constant_values=PAPER)


def extracted(image, *, dark_on_light=False):
    ink = extract_ink(image, dark_on_light=dark_on_light)
    assert ink.dtype == np.float32
    return ink


@pytest.mark.parametrize("dark_on_light", [False, True, None])
def test_full_ink_is_the_90th_percentile_of_the_dark_ink(dark_on_light):
    strong, weak = np.linspace(0.4, 0.6, 11), np.full(11, 0.1)
    image = on_paper([strong, weak, strong], margin=5)
    expected = np.clip(np.array([strong, weak, strong]) / 0.58, 0, 1)
    image = 1 - image if dark_on_light is not False else image
    ink = extracted(image, dark_on_light=dark_on_light)
    np.testing.assert_allclose(ink, expected, atol=1e-5)


def test_ink_of_nearly_one_level_has_its_maximum_as_full():
    levels = np.array([[0.5, 0.51, 0.52, 0.5, 0.5]])
    ink = extracted(on_paper(levels, margin=5))
    np.testing.assert_allclose(ink, levels / 0.52, atol=1e-5)


@pytest.mark.parametrize(
    ("contrast", "shape"), [(0, (0, 0)), (0.029, (0, 0)), (0.031, (3, 4))]
)
def test_image_of_little_contrast_is_blank(contrast, shape):
    assert extracted(on_paper(np.ones((3, 4)), margin=5, above=contrast)).shape == shape


@pytest.mark.parametrize(("length", "n_columns"), [(1024, 12), (1025, 6), (2049, 4)])
def test_sides_beyond_1024_pixels_are_divided(length, n_columns):
    image = np.full((18, length), PAPER)
    image[6:12, 600:612] = 1
    assert extracted(image).shape == (n_columns // 2, n_columns)


@pytest.mark.parametrize(("n_dust", "is_kept"), [(1, False), (2, True)])
def test_dust_has_less_than_a_fiftieth_of_the_ink(n_dust, is_kept):
    digit = np.zeros((20, 14))
    digit[:, :4] = digit[18:] = 1  # 100 pixels
    drawn = digit.copy()
    drawn[4 : 4 + n_dust, 12] = 1
    np.testing.assert_array_equal(
        extracted(on_paper(drawn, margin=3)), drawn if is_kept else digit
    )


@pytest.mark.parametrize(("length", "shape"), [(2, (10, 10)), (3, (10, 14))])
def test_marks_beside_the_digit_are_longer_than_a_fifth_of_it(length, shape):
    drawn = np.zeros((10, 14))
    drawn[:, :10] = 1
    drawn[4 : 4 + length, 13] = 1
    np.testing.assert_array_equal(
        extracted(on_paper(drawn, margin=3)), drawn[:, : shape[1]]
    )


def test_strokes_are_connected_at_corners():
    drawn = np.eye(18)  # not eighteen pieces of dust beside the block
    drawn[:8, :8] = 1
    np.testing.assert_array_equal(extracted(on_paper(drawn, margin=2)), drawn)


def test_faint_pixels_are_left_out_unless_they_touch_a_stroke():
    drawn = np.zeros((8, 8))
    drawn[1:7, 1] = drawn[6, 1:7] = 1
    expected = drawn[1:7, 1:7].copy()
    drawn[2, 0] = drawn[5, 3] = drawn[1, 6] = 0.09
    expected[4, 2] = 0.09
    drawn[2, 2] = -0.2  # ink is not lighter than the paper
    np.testing.assert_allclose(
        extracted(on_paper(drawn, margin=5)), expected, atol=1e-6
    )


def grainy(ink, grain=0.01):
    """Ink in the middle of 64x64 pixels of paper that alternate by the grain."""
    rows, columns = np.indices((64, 64))
    image = PAPER + grain * ((rows + columns) % 2 * 2 - 1)
    margin = [(32 - side // 2, 32 - side // 2) for side in ink.shape]
    padded = np.pad(ink, margin)
    return np.where(padded > 0, PAPER - grain + padded, image)


# The standard deviation of normal noise whose neighbours differ as much.
GRAIN = 0.02 * 1.4826 / np.sqrt(2)


def test_ink_begins_four_standard_deviations_above_the_paper():
    ink = np.full((20, 20), 0.2)
    ink[:, 0] = 0.4  # full, although grain and weak ink are much more
    expected = (ink - 4 * GRAIN) / (0.4 - 4 * GRAIN)
    np.testing.assert_allclose(extracted(grainy(ink)), expected, atol=1e-4)


@pytest.mark.parametrize(("above", "side"), [(5.7, 0), (6.3, 20)])
def test_full_ink_is_six_standard_deviations_above_the_paper(above, side):
    image = grainy(np.full((20, 20), above * GRAIN))
    assert extracted(image).shape == (side, side)


@pytest.mark.parametrize(("full", "side"), [(0.06, 0), (0.07, 20)])
def test_contrast_is_that_beyond_the_grain(full, side):
    # Four standard deviations are 0.034.
    image = grainy(np.full((20, 20), full), grain=0.004)
    assert extracted(image).shape == (side, side)


def block_and(pale, **pale_at):
    drawn = np.zeros((64, 64))
    drawn[20:40, 10:20] = 1
    drawn[30:40, 10:20] = 0.6
    drawn[24:44, 30:50][: pale_at["rows"], : pale_at["columns"]] = pale
    return drawn


def test_much_pale_ink_beside_the_digit_is_removed():
    drawn = block_and(0.19, rows=20, columns=20)
    expected = np.clip((drawn[20:40, 10:20] - 0.2) / 0.8, 0, 1)
    ink = extracted(on_paper(drawn, margin=10, above=0.8))
    np.testing.assert_allclose(ink, expected, atol=1e-5)


def test_pale_ink_beside_a_small_digit_is_removed():
    drawn = np.zeros((64, 64))
    drawn[30:34, 10:14] = 1
    drawn[24:44, 30:50] = 0.19
    ink = extracted(on_paper(drawn, margin=10, above=0.8))
    np.testing.assert_allclose(ink, np.ones((4, 4)), atol=1e-5)


@pytest.mark.parametrize(
    ("pale", "rows", "columns"), [(0.19, 9, 6), (0.21, 20, 20)], ids=["little", "dark"]
)
def test_little_or_darker_ink_beside_the_digit_is_kept(pale, rows, columns):
    drawn = block_and(pale, rows=rows, columns=columns)
    expected = drawn[20 : max(40, 24 + rows), 10 : 30 + columns]
    ink = extracted(on_paper(drawn, margin=10, above=0.8))
    np.testing.assert_allclose(ink, expected, atol=1e-5)


def test_pale_rim_of_strokes_is_kept():
    drawn = np.pad(np.ones((30, 30)), 1, constant_values=0.15)
    ink = extracted(on_paper(drawn, margin=20))
    np.testing.assert_allclose(ink, drawn, atol=1e-5)
