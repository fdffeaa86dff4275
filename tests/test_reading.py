"""Pages of digits: where they are, and what they are."""

import numpy as np
import pytest
from _drawn_pages import HEIGHT, INK, PAPER, Page, ones_and_zeros
from PIL import Image
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skdigits.preprocessing import DigitNormalizer
from skdigits.reading import DigitFinder, NumberReader


def reader():
    return NumberReader(ones_and_zeros())


def two_lines():
    """A page with three words, and the boxes of its digits."""
    page = Page()
    boxes = page.number("010", 40, 50)
    boxes += page.number("11", 260, 54)
    boxes += page.number("001", 60, 160)
    return page, boxes


TEXT = "010 11\n001"


def test_boxes_lines_and_words_are_those_drawn():
    page, drawn = two_lines()
    (found,) = DigitFinder().transform([page.pixels()])
    np.testing.assert_allclose([one.box for one in found], drawn, atol=1)
    places = [(one.line, one.word) for one in found]
    assert places == [(0, 0)] * 3 + [(0, 1)] * 2 + [(1, 0)] * 3
    assert all(0 <= one.image.min() < one.image.max() <= 1 for one in found)


def test_pages_are_read_line_by_line():
    page, drawn = two_lines()
    assert reader().predict([page.pixels(), page.pixels() / 255]) == [TEXT, TEXT]
    readings = reader().read(page.pixels())
    assert "".join(one.label for one in readings) == "01011001"
    np.testing.assert_allclose([one.box for one in readings], drawn, atol=1)


def invert(pixels):
    return 255 - pixels


def cast_shadow(pixels):
    y, x = np.mgrid[-1 : 1 : pixels.shape[0] * 1j, -1 : 1 : pixels.shape[1] * 1j]
    return pixels * (0.7 + 0.15 * x - 0.3 / (1 + np.exp(-10 * (x + y))))


def add_grain(pixels):
    return pixels + np.random.default_rng(0).normal(0, 6, pixels.shape)


def put_on_table(pixels):
    return np.pad(pixels, 120, constant_values=70)


def rule(pixels):
    pixels = pixels.copy()
    pixels[11::24] = pixels[12::24] = 130
    return pixels


def draw_squares(pixels):
    pixels = rule(pixels)
    pixels[:, 11::24] = np.minimum(pixels[:, 11::24], 130)
    return pixels


def incline(pixels):
    """Shift columns up, as on a page that is turned by two degrees."""
    return np.stack(
        [np.roll(column, -round(0.035 * i)) for i, column in enumerate(pixels.T)], 1
    )


def add_dust(pixels):
    pixels = pixels.copy()
    for top, left in np.random.default_rng(0).integers(0, 290, (60, 2)):
        pixels[top : top + 2, left : left + 2] = INK
    return pixels


@pytest.mark.parametrize(
    "change",
    [
        invert,
        cast_shadow,
        add_grain,
        put_on_table,
        rule,
        draw_squares,
        incline,
        lambda pixels: incline(rule(pixels)),
        add_dust,
    ],
)
def test_page_is_read_in_spite_of(change):
    page, _ = two_lines()
    pixels = np.clip(change(page.pixels()), 0, 255).astype(np.uint8)
    assert reader().predict([pixels]) == [TEXT]


def test_boxes_of_forms_are_removed():
    page = Page()
    for i, label in enumerate("01001"):
        left = 40 + 56 * i
        page.draw.rectangle((left, 60, left + 56, 130), outline=INK, width=2)
        page.digit(label, left + (24 if label == "1" else 13), 75)
    (text,) = reader().predict([page.pixels()])
    assert text.replace(" ", "") == "01001"


@pytest.mark.parametrize("angle", [0, 2])
def test_posts_between_the_digits_of_a_form_are_not_ones(angle):
    page = Page()
    page.draw.line((40, 122, 320, 122), INK, 2)
    page.draw.line((40, 95, 40, 122), INK, 2)
    for i, label in enumerate("01001"):
        left = 40 + 56 * i
        page.draw.line((left + 56, 95, left + 56, 122), INK, 2)
        page.digit(label, left + (24 if label == "1" else 13), 75)
    image = Image.fromarray(page.pixels()).rotate(angle, fillcolor=PAPER)
    (text,) = reader().predict([np.asarray(image)])
    assert text.replace(" ", "") == "01001"


def test_circles_around_numbers_are_not_digits():
    page, _ = two_lines()
    page.draw.ellipse((245, 30, 355, 115), outline=INK, width=4)
    page.draw.arc((300, 140, 400, 220), 10, 350, INK, 4)  # not closed
    page.number("1", 340, 160)
    assert reader().predict([page.pixels()]) == ["010 11\n001 1"]


def test_commas_dots_and_dashes_are_not_digits():
    page, _ = two_lines()
    page.draw.rectangle((330, 75, 350, 79), INK)  # a dash
    page.draw.rectangle((360, 90, 364, 94), INK)  # a dot
    page.draw.line((380, 90, 376, 100), INK, 3)  # a comma
    assert reader().predict([page.pixels()]) == [TEXT]


@pytest.mark.parametrize("number", ["10", "01", "00", "010"])
def test_touching_digits_are_separated(number):
    page = Page()
    page.number("01", 40, 50)
    drawn = page.number(number, 200, 50, gap=6)
    page.draw.rectangle((205, 68, drawn[-1][1] + 1, 71), INK)  # joins them
    readings = reader().read(page.pixels())[2:]
    assert "".join(one.label for one in readings) == number
    np.testing.assert_allclose([one.box for one in readings], drawn, atol=7)


def test_what_is_not_a_digit_is_rejected():
    page = Page()
    page.number("01", 40, 50)
    page.draw.line((120, 50, 150, 50 + HEIGHT), INK, 6)  # the letter X
    page.draw.line((150, 50, 120, 50 + HEIGHT), INK, 6)
    *_, letter = readings = reader().read(page.pixels())
    assert "".join(one.label for one in readings) == "01?"
    assert letter.probability < 0.5
    assert letter.candidates[0][1] == letter.probability
    assert {label for label, _ in letter.candidates} == {"0", "1"}
    bold = reader().set_params(reject_below=0).read(page.pixels())
    assert bold[-1].label == letter.candidates[0][0]


def test_pipeline_sets_the_format_of_the_images():
    page, _ = two_lines()
    normalizer = DigitNormalizer(box_size=8, size=8)
    pipeline = make_pipeline(normalizer, ones_and_zeros(normalizer=normalizer))
    assert NumberReader(pipeline).predict([page.pixels()]) == [TEXT]


def test_any_classifier_with_predict_proba_goes_in():
    page, _ = two_lines()
    templates = ones_and_zeros()
    classifier = LogisticRegression().fit(templates.X_, [0, 1])
    assert NumberReader(classifier).predict([page.pixels()]) == [TEXT]


@pytest.mark.parametrize(
    "pixels",
    [
        np.full((200, 300), PAPER, np.uint8),
        np.zeros((200, 300)),
        np.ones((1, 1)),
        np.full((1, 3000), 7, np.uint8),
        np.random.default_rng(0).random((400, 300)),
        np.indices((300, 300)).sum(axis=0) % 2,
    ],
)
def test_page_without_digits_has_no_text(pixels):
    assert reader().predict([pixels]) == [""]


@pytest.mark.parametrize(("angle", "width"), [(0.02, 1.0), (0.01, 0.6), (0.02, 0.4)])
def test_thin_squares_of_turned_paper_are_not_digits(angle, width):
    y, x = np.indices((500, 700))
    across = y - angle * x, x + angle * y
    distance = np.minimum(*(abs((one + 9) % 30 - 15) for one in across))
    lines = np.clip(width / 2 + 0.5 - distance, 0, 1)
    pixels = np.round(PAPER * (1 - 0.6 * lines)).astype(np.uint8)
    assert DigitFinder().transform([pixels]) == [[]]


def test_page_with_too_many_marks_is_empty():
    pixels = np.full((900, 900), PAPER, np.uint8)
    for top in range(4, 890, 12):
        for left in range(4, 890, 12):
            pixels[top : top + 9, left : left + 3] = INK
    assert DigitFinder().transform([pixels]) == [[]]


def test_large_page_is_downscaled_and_boxes_are_not():
    page, drawn = two_lines()
    large = page.pixels().repeat(8, axis=0).repeat(8, axis=1)  # 9.6 megapixels
    readings = reader().read(large)
    assert "".join(one.label for one in readings) == "01011001"
    np.testing.assert_allclose(
        [one.box for one in readings], 8 * np.array(drawn), atol=12
    )


def test_no_fit_is_needed_and_nothing_is_changed():
    page, _ = two_lines()
    pixels = page.pixels()
    pixels.flags.writeable = False
    estimator = clone(NumberReader(FrozenEstimator(ones_and_zeros())))
    assert estimator.predict([pixels]) == [TEXT]
    assert estimator.fit() is estimator
    assert clone(DigitFinder(min_height=3)).get_params() == {
        "invert": "auto",
        "min_height": 3,
    }
    assert repr(NumberReader(reject_below=0.9)) == "NumberReader(reject_below=0.9)"


@pytest.mark.parametrize(
    ("pages", "message"),
    [
        (np.ones((30, 40)), r"looks like one page. Pass \[page\]"),
        ([np.ones((30, 40, 3))], r"page 0 has shape \(30, 40, 3\)"),
        ([np.ones((30, 40)), np.ones((0, 4))], r"page 1 has shape \(0, 4\)"),
        ([np.full((30, 40), np.nan)], "page 0 contains NaN or infinity"),
        (["scan.png"], "got the path 'scan.png'"),
    ],
)
def test_error_names_the_page(pages, message):
    with pytest.raises(ValueError, match=f"DigitFinder: .*{message}"):
        DigitFinder().transform(pages)


@pytest.mark.parametrize(
    ("classifier", "error", "message"),
    [
        (DigitNormalizer(), TypeError, "has no predict_proba"),
        (LogisticRegression(), NotFittedError, "is not fitted"),
        (
            LogisticRegression().fit(np.eye(64), np.arange(64) % 2),
            ValueError,
            "expects images of 64 pixels",
        ),
    ],
)
def test_error_names_the_classifier(classifier, error, message):
    with pytest.raises(error, match=f"NumberReader: .*{message}"):
        NumberReader(classifier).predict([np.ones((30, 40))])
