"""The command that reads pictures, as its user meets it."""

import io
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from _models import DENOISER
from PIL import Image, ImageDraw
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skdigits import MLPDigitClassifier
from skdigits.__main__ import main
from skdigits.datasets import load_small_digits
from skdigits.preprocessing import DigitNormalizer, read_pictures


@pytest.fixture(scope="module")
def models():
    """What the model files hold."""
    X, y = load_small_digits(return_X_y=True)
    names = np.array(["zero", "one", *map(str, range(2, 10))])[y]
    mlp = MLPDigitClassifier((32,), epochs=10, batch_size=32, random_state=0)
    rows = DigitNormalizer().transform(X)
    return {
        "plain": LogisticRegression(max_iter=200).fit(rows[:500], y[:500]),
        "pipeline": make_pipeline(DigitNormalizer(box_size=8, size=8), mlp).fit(
            X, names
        ),
        "small": LogisticRegression(max_iter=200).fit(X[:500], y[:500]),
        "denoiser": clone(DENOISER).fit(X[:50]),
    }


@pytest.fixture
def folder(tmp_path, monkeypatch, models):
    """A folder of pictures to be in; model files are known by name."""

    def load(path):
        if path == "nope.skops":
            raise FileNotFoundError(2, "No such file or directory", path)
        if path not in models:
            raise ValueError(f"{path}: not\na model.")
        return models[path]

    persistence = SimpleNamespace(load=load)
    monkeypatch.setitem(sys.modules, "skdigits.persistence", persistence)
    monkeypatch.chdir(tmp_path)
    image = Image.new("L", (300, 200), 230)
    ImageDraw.Draw(image).ellipse((100, 40, 180, 160), outline=30, width=14)
    image.save("zero.png")
    one = Image.new("L", (200, 300), 230)
    ImageDraw.Draw(one).line([(100, 60), (100, 240)], fill=30, width=30)
    image.save("two pages.tif", save_all=True, append_images=[one])
    Image.new("L", (90, 90), 230).save("blank.jpg")
    (tmp_path / "junk.png").write_bytes(b"junk")
    return tmp_path


def predict(*arguments):
    """Exit status of the command."""
    try:
        return main(["predict", *arguments])
    except SystemExit as stop:
        return stop.code


def lines(capsys):
    captured = capsys.readouterr()
    return [line.split("\t") for line in captured.out.splitlines()], captured.err


def test_one_line_per_picture(folder, capsys, models):
    assert predict("zero.png", "two pages.tif", "--model", "pipeline") == 0
    answers, errors = lines(capsys)
    assert errors == ""
    assert [(name, label) for name, label, _ in answers] == [
        ("zero.png", "zero"),
        ("two pages.tif[1]", "zero"),
        ("two pages.tif[2]", "one"),
    ]
    expected = models["pipeline"].predict_proba(read_pictures("two pages.tif"))
    shown = [float(probability) for _, _, probability in answers]
    np.testing.assert_allclose(shown[1:], expected.max(axis=1), atol=6e-5)


def test_pictures_are_normalized_for_a_model_that_does_not(folder, capsys):
    assert predict("zero.png", "--model", "plain") == 0
    ((name, label, probability),), _ = lines(capsys)
    assert (name, label) == ("zero.png", "0")
    assert 0.5 < float(probability) <= 1


def test_pictures_can_be_taken_as_they_are(folder, capsys, models):
    picture = (255 * load_small_digits().images[3]).astype(np.uint8)
    Image.fromarray(picture).save("three.png")
    assert predict("three.png", "--model", "small", "--no-normalize") == 0
    assert lines(capsys)[0][0][:2] == ["three.png", "3"]


def test_unreadable_files_do_not_stop_the_others(folder, capsys):
    files = ["junk.png", "zero.png", "missing.png", "blank.jpg", "zero.png"]
    assert predict(*files, "--model", "pipeline") == 2
    answers, errors = lines(capsys)
    assert [name for name, *_ in answers] == ["zero.png", "zero.png"]
    messages = errors.splitlines()
    assert len(messages) == 3
    for message, name in zip(messages, ["junk", "missing", "blank"], strict=True):
        assert message.startswith(f"skdigits: error: {name}.")


def test_many_small_components_get_a_label(folder, capsys):
    dots = np.full((400, 300), 230, np.uint8)
    for row in range(20, 380, 30):
        for column in range(20, 280, 20):
            dots[row : row + 8, column : column + 8] = 30
    Image.fromarray(dots).save("dots.png")
    assert predict("dots.png", "zero.png", "--model", "pipeline") == 0
    assert [name for name, *_ in lines(capsys)[0]] == ["dots.png", "zero.png"]


TRICKY = "\x1b[2J\u202egnp.\udcff"
ESCAPED = "\\x1b[2J\\u202egnp.\\udcff"


def test_names_in_errors_are_escaped(folder, capsys):
    assert predict(TRICKY, "--model", "pipeline") == 2
    assert predict("zero.png", "--model", TRICKY) == 2
    assert predict(f"--{TRICKY}", "zero.png", "--model", "pipeline") == 2
    errors = lines(capsys)[1]
    assert errors.count(ESCAPED) == 3
    assert errors.replace("\n", "").isprintable()


def test_labels_are_escaped(folder, capsys, models, monkeypatch):
    model = clone(models["plain"])
    X, y = load_small_digits(return_X_y=True)
    X = DigitNormalizer().transform(X[:100])
    monkeypatch.setitem(
        models, "tricky", model.fit(X, np.array([TRICKY, "é"])[y[:100] % 2])
    )
    output = io.TextIOWrapper(io.BytesIO(), "ascii")
    monkeypatch.setattr(sys, "stdout", output)
    assert predict("zero.png", "two pages.tif", "--model", "tricky") == 0
    output.seek(0)
    shown = [line.split("\t")[1] for line in output.read().splitlines()]
    assert set(shown) == {ESCAPED, "\\xe9"}


def test_long_messages_are_shortened(folder, capsys, monkeypatch):
    assert predict("zero.png", "--model", "none" * 2**20) == 2
    assert len(lines(capsys)[1]) < 2000


def test_names_that_would_break_the_line_are_escaped(folder, capsys):
    (folder / "zero.png").rename("a\tb\n\udcff.png")
    assert predict("a\tb\n\udcff.png", "--model", "pipeline") == 0
    assert lines(capsys)[0][0][0] == "a\\tb\\n\\udcff.png"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--model", "plain"], "the following arguments are required: FILE"),
        (["zero.png", "--model", "none"], "none: not a model."),
        (
            ["zero.png", "--model", "nope.skops"],
            "the model nope.skops cannot be read: No such file or directory.",
        ),
        (["zero.png", "--model", "denoiser"], "denoiser holds a DenoisingAutoencoder"),
        (["zero.png", "--model", "small"], "small expects images of 64 pixels"),
        (["zero.png", "--model", "small", "--no-normalize"], "zero.png: X has 60000"),
    ],
)
def test_error_is_one_line(folder, capsys, options, message):
    assert predict(*options) == 2
    answers, errors = lines(capsys)
    assert answers == []
    assert errors.startswith(f"skdigits: error: {message}")
    assert errors.count("\n") == 1
