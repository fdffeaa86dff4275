"""The page of the report in a real browser: printed, and in dark mode."""

import colorsys
import io

import numpy as np
import pytest
from _browser import launched_browser
from PIL import Image

from skdigits.__main__ import main

# A4 without margins of a centimeter, in CSS pixels: 96 per inch.
PAPER = {"width": 718, "height": 1047}
DARK, BRIGHT = 64, 192


@pytest.fixture(scope="module")
def browser():
    with launched_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def page_url(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    chosen = ("small-network", "denoising")
    assert main(["report", "--quick", "--output", str(folder), "--only", *chosen]) == 0
    return (folder / "index.html").as_uri()


def open_page(browser, url, **options):
    tab = browser.new_context(offline=True, **options).new_page()
    tab.goto(url)
    return tab


@pytest.fixture(scope="module")
def printed(browser, page_url):
    """The page on paper, of a reader whose screen is dark."""
    tab = open_page(browser, page_url, viewport=PAPER, color_scheme="dark")
    tab.emulate_media(media="print")
    return tab


def photograph(tab, selector):
    """Colors of an element on the screen, (height, width, 3)."""
    data = tab.locator(selector).first.screenshot()
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def test_print_is_black_on_white_even_in_dark_mode(printed):
    pixels = photograph(printed, "#small-network > p")
    assert np.median(pixels) == 255
    assert pixels.min() == 0


def test_print_has_plots_in_their_own_colors(printed, browser, page_url):
    screen = open_page(browser, page_url, viewport=PAPER, color_scheme="light")
    plot = "img[src='small-network/accuracy.png']"
    for tab in (printed, screen):
        assert np.median(photograph(tab, plot)) == 255


def test_print_has_no_navigation(printed):
    assert printed.locator("nav").count() == 1
    assert not printed.locator("nav").is_visible()


def test_print_fits_the_width_of_the_paper(printed):
    right_ends = printed.locator("img, p, h2, table").evaluate_all(
        "parts => parts.map(part => part.getBoundingClientRect().right)"
    )
    assert 0 < max(right_ends) <= PAPER["width"]


def test_print_cuts_no_plot(printed):
    figures = printed.locator("figure").evaluate_all(
        "parts => parts.map(part => [part.getBoundingClientRect().height,"
        " getComputedStyle(part).breakInside])"
    )
    assert len(figures) > 5
    for height, break_inside in figures:
        assert height < PAPER["height"]
        assert break_inside == "avoid"


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)])
def test_plots_are_as_dark_as_the_page(browser, page_url, scheme, is_dark):
    tab = open_page(browser, page_url, color_scheme=scheme)
    for selector in ("#small-network > p", "img[src='small-network/accuracy.png']"):
        paper = np.median(photograph(tab, selector))
        assert paper < DARK if is_dark else paper > BRIGHT
        assert (photograph(tab, selector) > BRIGHT).any()
        assert (photograph(tab, selector) < DARK).any()


def test_curves_keep_their_hue_in_dark_mode(browser, page_url):
    plot = "img[src='small-network/accuracy.png']"
    light, dark = (
        photograph(open_page(browser, page_url, color_scheme=scheme), plot)
        for scheme in ("light", "dark")
    )
    saturation = np.ptp(light.astype(int), axis=2)
    colorful = np.argwhere(saturation > 0.9 * saturation.max())
    for row, column in colorful[::50]:
        before, after = (
            colorsys.rgb_to_hsv(*(image[row, column] / 255))[0]
            for image in (light, dark)
        )
        distance = abs(before - after)
        assert min(distance, 1 - distance) < 1 / 12  # 30 degrees
