"""Arrays that are taken for images, and the messages about those that are not."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from skdigits import DenoisingAutoencoder, MLPDigitClassifier
from skdigits._images import validate_images
from skdigits.corruptions import Brightness, Contrast, DefocusBlur
from skdigits.exceptions import PixelRangeWarning


def grey(*shape):
    return np.random.default_rng(0).uniform(size=shape)


@pytest.mark.parametrize(
    ("shape", "image_shape", "expected"),
    [
        ((3, 5, 7), None, (5, 7)),
        ((3, 5, 7, 1), None, (5, 7)),
        ((3, 16), None, (4, 4)),
        ((3, 15), None, (1, 15)),
        ((7, 7), None, (1, 7)),
        ((9, 8), None, (1, 8)),
        ((7, 8), None, (1, 8)),
        ((9, 9), None, (3, 3)),
        ((3, 12), (3, 4), (3, 4)),
        ((3, 12), [3, 4, 1], (3, 4)),
        ((2, 3, 4), (3, 4), (3, 4)),
        ((2, 3, 4, 1), (3, 4), (3, 4)),
        ((2, 17 * 17), None, (17, 17)),
        ((2, 17 * 20), (17, 20), (17, 20)),
    ],
)
def test_image_shape_is_the_given_one_else_inferred(shape, image_shape, expected):
    assert DefocusBlur(image_shape=image_shape).fit(grey(*shape)).image_shape_ == (
        expected
    )


@pytest.mark.parametrize(
    "image_shape", [(3, 5), (2, 4), (3, 4, 2), (3, 4, 1, 1), (12,)]
)
def test_image_shape_that_does_not_fit_is_refused(image_shape):
    with pytest.raises(ValueError, match=r"does not fit X with 12 features.* == 12,"):
        DefocusBlur(image_shape=image_shape).fit(grey(2, 12))


@pytest.mark.parametrize("side", [8, 10])
def test_square_of_pixels_is_not_taken_for_lines(side):
    message = rf"\({side}, {side}\) looks like one.*image_shape=\(1, {side}\)"
    with pytest.raises(ValueError, match=message):
        DefocusBlur().fit(grey(side, side))


def test_stack_of_another_shape_than_the_given_one_is_refused():
    message = r"expected images of 3x4 pixels, got X of shape \(2, 4, 3\)"
    with pytest.raises(ValueError, match=message):
        DefocusBlur(image_shape=(3, 4)).fit(grey(2, 4, 3))


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((2, 4, 3), r"of 3x4 pixels, as in fit, got 4x3 pixels, .*\(2, 4, 3\)\.$"),
        ((2, 3, 5, 1), r"of 3x4 pixels, as in fit, got 3x5 pixels"),
        ((2, 2, 6), r"of 3x4 pixels, as in fit, got 2x6 pixels"),
        ((2, 3, 4, 1, 1), "Found array with dim 5"),
        ((2, 11), "X has 11 features, but DefocusBlur is expecting 12 .* 3x4 pixels.$"),
        ((2, 13), "X has 13 features, but DefocusBlur is expecting 12 .* 3x4 pixels.$"),
        ((3, 4), r"X has 4 features, .* 3x4 pixels. .*pass X\[np.newaxis\]\.$"),
    ],
)
def test_images_of_another_size_than_the_fitted_are_refused(shape, message):
    blur = DefocusBlur().fit(grey(2, 3, 4))
    with pytest.raises(ValueError, match=message):
        blur.transform(grey(*shape))


@pytest.mark.parametrize("shape", [(2, 3, 4), (2, 3, 4, 1), (2, 12)])
def test_images_of_the_fitted_size_keep_their_form(shape):
    blur = DefocusBlur().fit(grey(2, 3, 4))
    expected = blur.transform(grey(2, 3, 4)).ravel()
    transformed = blur.transform(grey(*shape))
    assert transformed.shape == shape
    np.testing.assert_array_equal(transformed.ravel(), expected)
    np.testing.assert_array_equal(blur.transform(grey(*shape).tolist()), transformed)


def test_dataframes_are_made_of_stacks_too():
    contrast = Contrast().set_output(transform="pandas").fit(grey(2, 3, 4))
    assert contrast.transform(grey(2, 3, 4)).shape == (2, 12)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (grey(2, 5, 6, 3), r"X has shape \(2, 5, 6, 3\).*got 3 channels"),
        (grey(2, 5, 6, 0), r"X has shape \(2, 5, 6, 0\).*got 0 channel"),
        (grey(2, 3, 5, 6), r"X has shape \(2, 3, 5, 6\).*pass X\.mean\(axis=1\)"),
        (grey(9), r"X has shape \(9,\), expected one row.*pass X\.reshape\(1, -1\)"),
        (np.arange(9), r"X has shape \(9,\), expected one row per image"),
        (np.zeros(9, bool), r"X has shape \(9,\), expected one row per image"),
        (np.array(0.5), "Expected 2D array, got scalar"),
        (grey(2, 3, 4, 1, 1), "Found array with dim 5"),
        ([], r"X has shape \(0,\), expected one row per image"),
        (np.array([], dtype=str), "Expected 2D array"),
        (None, "Expected 2D array, got scalar"),
        ("a.png", "X must hold pixels, got the path 'a.png'"),
        ([Path("a.png")], "X must hold pixels, got the path 'a.png'"),
        (("a.png", "b.png"), "X must hold pixels, got the path 'a.png'"),
        (np.array(["a.png"]), "X must hold pixels, got the path 'a.png'"),
        (np.array([["a.png"]], object), "X must hold pixels, got the path 'a.png'"),
        (Image.new("L", (8, 8)), "X must hold pixels, got an image of Pillow"),
        ([Image.new("L", (8, 8))], "X must hold pixels, got an image of Pillow"),
        ([grey(3, 4), grey(4, 3)], "the images in X differ in size"),
        ([grey(3, 4), grey(3, 4, 1)], "the images in X differ in size"),
        (np.array([grey(3, 4), grey(4, 3), None], object)[:2], "differ in size"),
        ([grey(9), grey(5), grey(7)], "rows of X differ in length, from 5 to 9 pixels"),
        (np.array([grey(2), grey(2), None], object)[:2], "setting an array element"),
        (np.array([grey(2, 2)] * 2 + [None], object)[:2], "setting an array element"),
        ([grey(3), 0.5], "rows of X differ in length, from 1 to 3 pixels"),
        ([grey(3), grey(3, 4)], "inhomogeneous shape"),
        ([[[0.1], [0.2, 0.3]], [[0.1], [0.2]]], "inhomogeneous shape"),
        (np.full((2, 9), np.nan), "contains NaN"),
        (np.full((2, 9), -np.inf), "contains infinity"),
    ],
)
def test_what_holds_no_images_is_refused(X, message):
    for use in (Contrast().fit, Contrast().transform):
        with pytest.raises(ValueError, match=message):
            use(X)


def test_bytes_are_divided_by_255():
    pixels = np.array([[0, 51, 204, 255]], np.uint8)
    darker = Brightness(-0.1).transform(pixels)
    assert darker.tolist() == [[0, 26, 178, 230]]
    # 25.5 is rounded to an even number, 229.5 too.
    assert darker.dtype == np.uint8


def test_numbers_in_strings_are_pixels():
    strings = np.array([["0.25", "0.75"]])
    expected = Contrast(0).transform([[0.25, 0.75]])
    np.testing.assert_array_equal(Contrast(0).transform(strings), expected)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.array([[0.1, np.nan]]), "contains NaN"),
        (np.array([[0.1, np.inf]]), "contains infinity"),
        (np.zeros((0, 2)), "0 sample"),
        (np.zeros((1, 3)), "X has 3 features, but Contrast is expecting 2"),
        (np.zeros((2, 3)), "X has 3 features, but Contrast is expecting 2"),
        (np.zeros((1, 1), np.uint8), "X has 1 features, but Contrast is expecting 2"),
    ],
)
def test_images_that_a_fitted_transformer_cannot_take_are_refused(X, message):
    contrast = Contrast().fit(np.ones((2, 2)))
    with pytest.raises(ValueError, match=message):
        contrast.transform(X)


def test_fitted_transformer_converts_other_numbers():
    contrast = Contrast(0).fit(np.ones((2, 2)))
    for dtype in (np.int64, np.float16, bool):
        transformed = contrast.transform(np.array([[0, 1]], dtype))
        assert transformed.tolist() == [[0.5, 0.5]]
        assert transformed.dtype == np.float64


def test_names_of_columns_are_checked():
    frame = pd.DataFrame(grey(3, 2), columns=["a", "b"])
    contrast = Contrast().fit(frame)
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        contrast.transform(frame.to_numpy())
    with pytest.raises(ValueError, match="feature names"):
        contrast.transform(frame[["b", "a"]])


def test_finite_pixels_whose_sum_overflows_are_taken():
    huge = np.full((1, 2), 1.5e308)
    contrast = Contrast().fit(np.ones((1, 2)))
    with pytest.warns(PixelRangeWarning), np.errstate(over="ignore", invalid="ignore"):
        assert contrast.transform(huge).shape == (1, 2)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((5, 4, 10), r"\(5, 4, 10\) has the images of 10 labels along its last axis"),
        ((10, 5, 4), None),
        ((4, 10, 10), r"\(4, 10, 10\) has the images of 10 labels along"),
        ((12, 5, 10), r"\(12, 5, 10\) has the images of 10 labels along"),
        ((10, 5, 10), None),
        ((5, 4, 10, 1), "inconsistent numbers of samples"),
        ((5, 10), "inconsistent numbers of samples"),
        ((5, 4, 9), "inconsistent numbers of samples"),
        ((5, 10, 6), "inconsistent numbers of samples"),
    ],
)
def test_labels_say_which_axis_counts_the_images(shape, message):
    # A network that does not exist ends the fit where the images are accepted.
    mlp = MLPDigitClassifier(hidden_layer_sizes=(0,))
    with pytest.raises(ValueError, match=message or "hidden_layer_sizes"):
        mlp.fit(grey(*shape), np.arange(10) % 2)


@pytest.mark.parametrize(
    ("clean", "shape"),
    [
        (grey(5, 12), r"\(5, 12\)"),
        (grey(6, 11), r"\(6, 11\)"),
        (grey(6, 4, 3), r"\(6, 4, 3\)"),
        (grey(5, 3, 4).tolist(), r"\(5, 3, 4\)"),
    ],
    ids=lambda value: str(np.shape(value)),
)
def test_clean_images_of_another_shape_are_refused(clean, shape):
    message = rf"y has shape {shape}\. .* 3x4 pixels for each of the 6 noisy"
    with pytest.raises(ValueError, match=message):
        DenoisingAutoencoder().fit(grey(6, 3, 4), clean)


@pytest.mark.parametrize("shape", [(6, 12), (6, 3, 4), (6, 3, 4, 1)])
def test_clean_images_of_the_same_shape_are_accepted(shape):
    # As above, the fit ends where the images are accepted.
    denoiser = DenoisingAutoencoder("dense", hidden_layer_sizes=(0,))
    with pytest.raises(ValueError, match="hidden_layer_sizes"):
        denoiser.fit(grey(6, 3, 4), grey(*shape))


def test_faults_of_clean_images_are_those_of_y():
    noisy = grey(6, 3, 4)
    with pytest.raises(ValueError, match="Input y contains NaN"):
        DenoisingAutoencoder().fit(noisy, np.full((6, 12), np.nan))
    with pytest.raises(ValueError, match=r"y has shape \(6, 3, 4, 3\).*3 channels"):
        DenoisingAutoencoder().fit(noisy, grey(6, 3, 4, 3))


def test_labels_of_a_resumed_fit_are_counted():
    X, y = grey(6, 4), np.arange(6)
    contrast = Contrast().fit(X)  # stands for a classifier, without a training
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        validate_images(contrast, X, y[:5], dtype=[np.float64], reset=False)
