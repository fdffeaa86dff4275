"""Displays in notebooks: a plot, unless pyplot shows it already, and its numbers."""

import base64
import io
import re
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.core.formatters import HTMLFormatter
from PIL import Image
from sklearn import config_context

from skdigits.plotting import (
    AccuracyCoverageDisplay,
    AlphaSweepDisplay,
    LatentSpaceDisplay,
    NoiseRobustnessDisplay,
    TrainingCurveDisplay,
)


class Elements(HTMLParser):
    """Images and rows of a table."""

    def __init__(self, html):
        super().__init__()
        self.images, self.rows = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.images.append(dict(attributes))
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def shown(display):
    """What a notebook gets from IPython."""
    return Elements(HTMLFormatter()(display))


DISPLAYS = {
    "epoch": TrainingCurveDisplay(
        metric="accuracy", train=[0.85, 0.975], validation=[0.8, 0.9]
    ),
    "L2 factor alpha": AlphaSweepDisplay(
        alphas=[0, 1e-3], mean_scores=[0.85, 0.9], std_scores=[0.1, 0.975]
    ),
    "pixels replaced": NoiseRobustnessDisplay(
        amounts=[0.1, 0.975], noisy_accuracy=[0.85, 0.5], denoised_accuracy=[0.9, 0.8]
    ),
    "not rejected": AccuracyCoverageDisplay(coverage=[0.85, 1], accuracy=[0.975, 0.9]),
    "latent component 1": LatentSpaceDisplay(
        points=[[85, 97.5], [85, 97.5], [1, 2]], y=["<b>", "<b>", "c"]
    ),
}


@pytest.mark.parametrize("axis", DISPLAYS)
def test_display_shows_a_plot_described_in_words_and_its_numbers(axis):
    elements = shown(DISPLAYS[axis])
    (image,) = elements.images
    assert re.match(f"Plot of .* against .*{axis}", image["alt"])
    png = base64.b64decode(image["src"].removeprefix("data:image/png;base64,"))
    assert np.ptp(np.asarray(Image.open(io.BytesIO(png)))) == 255
    assert len(elements.rows) == 3
    assert {"85", "97.5"} <= {cell for row in elements.rows for cell in row}
    assert not hasattr(DISPLAYS[axis], "figure_")


def test_plot_that_pyplot_shows_is_not_shown_twice():
    display = TrainingCurveDisplay(metric="loss", train=[2.0, 1.5]).plot()
    try:
        elements = shown(display)
        assert not elements.images
        assert elements.rows[1:] == [["1", "2"], ["2", "1.5"]]
        plt.close(display.figure_)
        other = plt.figure()
        assert shown(display).images
        assert plt.gcf() is other
    finally:
        plt.close("all")


def test_long_tables_are_shortened():
    coverage = np.linspace(1e-4, 1, 10_000)
    display = AccuracyCoverageDisplay(coverage=coverage, accuracy=coverage[::-1])
    rows = shown(display).rows
    assert len(rows) == 51
    assert rows[1][0] == "0.01"
    assert rows[-1] == ["100", "0.01"]


def test_no_html_where_scikit_learn_shows_text():
    with config_context(display="text"):
        assert HTMLFormatter()(DISPLAYS["epoch"]) is None
