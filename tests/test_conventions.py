"""Images in other conventions: each is named, with the call that mends it."""

import re
import warnings

import numpy as np
import pytest
from _models import MLP
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skdigits import DenoisingAutoencoder
from skdigits.corruptions import DefocusBlur
from skdigits.exceptions import PixelRangeWarning
from skdigits.plotting import plot_digits
from skdigits.preprocessing import DigitNormalizer
from skdigits.reading import DigitFinder, NumberReader


@pytest.fixture(scope="module")
def images(digits):
    """Stack of images with 17 grey levels from 0 to 1."""
    images = digits[0][:200].reshape(-1, 8, 8)
    assert set(np.unique(images * 16)) == set(range(17))
    return images


def colours(images, n_channels, axis):
    stack = np.stack([images] * n_channels, axis=axis)
    if n_channels in (2, 4):  # nothing is transparent
        np.moveaxis(stack, axis, -1)[..., -1] = 1
    return stack


@pytest.mark.parametrize("n_channels", [1, 2, 3, 4])
@pytest.mark.parametrize("axis", [1, -1])
def test_call_in_the_message_makes_colour_images_grey(n_channels, axis, images):
    X = colours(images, n_channels, axis)
    if X.shape[3] == 1:
        return  # grey images in our convention
    with pytest.raises(ValueError, match=re.escape(str(X.shape))) as error:
        clone(MLP).fit(X, np.arange(200) % 10)
    call = re.search(r"pass (.*)\.$", str(error.value))[1]
    np.testing.assert_allclose(eval(call), images, rtol=1e-6)
    with pytest.raises(ValueError, match="image 0 has shape") as error:
        DigitNormalizer().fit(list(X))
    call = re.search(r"pass (.*), or ", str(error.value))[1]
    np.testing.assert_allclose(eval(call, {"image": X[0]}), images[0], rtol=1e-6)


def test_channels_first_is_named_as_users_write_it(images):
    with pytest.raises(ValueError, match=r"\(200, 1, 8, 8\).*pass X\[:, 0\]"):
        clone(MLP).fit(images[:, np.newaxis], np.arange(200) % 10)


def one_image(n_channels):
    rng = np.random.default_rng(0)
    shape = (28, 28) if n_channels == 0 else (28, 28, n_channels)
    image = rng.integers(256, size=shape).astype("uint8")
    if n_channels > 1:  # all channels are equal, and nothing is transparent
        image[:] = image[..., :1]
        if n_channels in (2, 4):
            image[..., -1] = 255
    return image


@pytest.mark.parametrize("n_channels", [0, 1, 2, 3, 4])
@pytest.mark.parametrize(
    "use",
    [
        lambda X: DigitNormalizer().transform(X),
        lambda X: DigitNormalizer().fit(X),
        lambda X: DefocusBlur().fit_transform(X),
        lambda X: DenoisingAutoencoder().fit(X),
        lambda X: clone(MLP).fit(X, [3]),
        plot_digits,
        lambda pages: NumberReader().predict(pages),
        lambda pages: DigitFinder().transform(pages),
    ],
)
def test_one_image_is_not_taken_for_its_rows(n_channels, use):
    image = one_image(n_channels)
    with pytest.raises(ValueError, match="looks? like one (image|page)") as error:
        use(image)
    call = re.search(r"[Pp]ass (.*?)(, or|\.$)", str(error.value))[1]
    stack = eval(call, dict.fromkeys(("X", "images", "pages", "page"), image))
    grey = image if n_channels == 0 else image[..., 0]
    np.testing.assert_array_equal(np.reshape(stack, (1, 28, 28)), grey[None])


def test_one_small_digit_is_recognized(images):
    for use in (
        lambda X: clone(MLP).fit(X, [3]),
        DenoisingAutoencoder().fit,
        DefocusBlur().fit_transform,
    ):
        with pytest.raises(ValueError, match=r"\(8, 8\) looks like one.*X\[None\]"):
            use(images[0])


def test_images_along_the_last_axis_are_recognized(images):
    y = np.arange(200) % 10
    with pytest.raises(ValueError, match=r"np\.moveaxis\(X, -1, 0\)"):
        clone(MLP).fit(np.moveaxis(images, 0, -1), y)


@pytest.mark.parametrize(
    ("other", "call"),
    [
        (lambda images: images * 16, "X / 16"),
        (lambda images: (images * 16).astype("uint8"), "X / 16"),
        (lambda images: np.round(images * 255), "X / 255"),
        (lambda images: np.round(images * 65535).astype("uint16"), "X / 65535"),
        (lambda images: 2 * images - 1, "(X + 1) / 2"),
        (lambda images: (images > 0.5).astype("uint8"), "X * 255"),
        (lambda images: (images > 0.5).astype("uint8"), "X.astype(float)"),
        (lambda images: images + 0.01, "np.clip(X, 0, 1)"),
    ],
)
def test_call_in_the_warning_mends_the_range(other, call, images):
    X, y = other(images), np.arange(200) % 10
    with pytest.warns(PixelRangeWarning, match=re.escape(call)):
        clone(MLP).fit(X, y)
    mended = eval(call)
    with warnings.catch_warnings():
        warnings.simplefilter("error", PixelRangeWarning)
        clone(MLP).fit(mended, y)
    fractions = mended / 255 if mended.dtype == np.uint8 else mended
    tolerance = 0.5 if set(np.unique(X)) == {0, 1} else 0.011
    np.testing.assert_allclose(fractions, images, atol=tolerance)


@pytest.mark.parametrize("method", ["fit", "score"])
def test_warning_names_the_line_of_the_caller(images, method):
    X, y = images * 16, np.arange(200) % 10
    pipeline = make_pipeline(FunctionTransformer(), clone(MLP)).fit(images, y)
    with pytest.warns(PixelRangeWarning) as warned:
        getattr(pipeline, method)(X, y)
    assert [warning.filename for warning in warned] == [__file__]


def test_bright_photographs_in_floats_warn(images):
    with pytest.warns(PixelRangeWarning, match="DigitNormalizer.*X / 255"):
        DigitNormalizer().fit(list(images * 255))


def test_black_uint8_images_do_not_warn(images):
    with warnings.catch_warnings():
        warnings.simplefilter("error", PixelRangeWarning)
        clone(MLP).fit(images, np.arange(200) % 10).predict(np.zeros((1, 64), "uint8"))
