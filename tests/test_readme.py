"""The README's images and commands, and the texts of the gallery's figures."""

import re
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from skdigits.plotting import TrainingCurveDisplay, plot_digits

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_first_screen_shows_an_image_with_an_alternative_text():
    images = re.findall(r"!\[([^\]]*)\]\(([^)]*)\)", README)
    assert README.index("![") < README.index("```")
    for text, path in images:
        assert len(text.split()) > 5
        with Image.open(ROOT / path) as image:
            image.verify()


def test_two_single_commands_install_and_run():
    blocks = re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)
    commands = [block.strip() for block in blocks if "pip install" in block]
    assert len(commands) == 2
    assert not any("\n" in command for command in commands)
    steps = [[*shlex.split(step)] for step in commands[0].split("&&")]
    assert steps[-1] == [".venv/bin/skdigits", "report"]
    assert commands[1].endswith(".venv/bin/python -m pytest")


@pytest.fixture
def describe(monkeypatch):
    pytest.importorskip("sphinx_gallery")
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "_ext"))
    monkeypatch.delitem(sys.modules, "gallery_alt", raising=False)
    from gallery_alt import _description

    return _description


def test_figures_of_the_gallery_are_described(describe):
    ax = Figure().subplots()
    TrainingCurveDisplay(metric="loss", train=[2, 1], validation=[2, 1.5]).plot(ax)
    assert describe([ax]) == "loss (nats) against epoch, training / validation"
    ax = Figure().subplots()
    plot_digits(np.zeros((4, 64)), n_columns=2, row_labels=["noisy", "clean"], ax=ax)
    ax.set_title("Denoising")
    assert describe([ax]) == "Denoising, images, rows: noisy / clean"
