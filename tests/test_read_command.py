"""The command that reads numbers on pages, as its user meets it."""

import csv
import json
import os
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from _drawn_pages import INK, Page, ones_and_zeros
from PIL import Image
from sklearn.preprocessing import StandardScaler

from skdigits.__main__ import main


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of pages to be in; model files are known by name."""
    models = {
        "model": ones_and_zeros(),
        "tricky": ones_and_zeros(("=1+1", "a\x1b[2J")),
        "scaler": StandardScaler(),
    }

    def load(path):
        if path not in models:
            raise FileNotFoundError(2, "No such file or directory", path)
        return models[path]

    monkeypatch.setitem(sys.modules, "skdigits.persistence", SimpleNamespace(load=load))
    monkeypatch.chdir(tmp_path)
    page = Page()
    page.number("010", 40, 50)
    page.number("11", 260, 54)
    page.number("001", 60, 160)
    page.image.save("page.png")
    other = Page()
    other.number("10", 100, 50)
    other.draw.line((200, 50, 230, 90), INK, 6)  # the letter X
    other.draw.line((230, 50, 200, 90), INK, 6)
    page.image.save("pages.tif", save_all=True, append_images=[other.image])
    Image.new("L", (90, 90), 230).save("blank.png")
    (tmp_path / "empty.png").touch()
    (tmp_path / "folder").mkdir()
    return tmp_path


def read(*arguments, model="model"):
    """Exit status of the command."""
    try:
        return main(["read", *arguments, "--model", model])
    except SystemExit as stop:
        return stop.code


def test_one_line_for_each_line_of_digits(folder, capsys):
    assert read("page.png") == 0
    assert capsys.readouterr().out == "010 11\n001\n"


def test_lines_of_several_pages_start_with_their_name(folder, capsys):
    assert read("page.png", "pages.tif") == 0
    assert capsys.readouterr().out.splitlines() == [
        "page.png\t010 11",
        "page.png\t001",
        "pages.tif[1]\t010 11",
        "pages.tif[1]\t001",
        "pages.tif[2]\t10 ?",
    ]


def test_json_has_one_object_per_page(folder, capsys):
    assert read("pages.tif", "--format", "json") == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["page"] == "pages.tif[1]"
    assert first["lines"] == ["010 11", "001"]
    *_, letter = second["digits"]
    assert letter["label"] == "?"
    assert set(letter["candidates"]) == {"0", "1"}
    assert max(letter["candidates"].values()) == letter["probability"] < 0.5
    assert (letter["line"], letter["word"]) == (0, 1)
    np.testing.assert_allclose(letter["box"], (50, 198, 91, 233), atol=3)


def test_csv_has_one_row_per_digit(folder, capsys):
    assert read("page.png", "--format", "csv") == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert "".join(row["label"] for row in rows) == "01011001"
    box = [int(rows[0][side]) for side in ("top", "left", "bottom", "right")]
    np.testing.assert_allclose(box, (50, 40, 90, 68), atol=1)
    assert all(0.5 <= float(row["probability"]) <= 1 for row in rows)


def test_labels_and_names_cannot_act_in_a_terminal_or_a_spreadsheet(folder, capsys):
    name = "=\x1b[2J.png"
    (folder / "page.png").rename(name)
    for form in ("text", "json", "csv"):
        assert read(name, "--format", form, model="tricky") == 0
        output = capsys.readouterr().out
        assert output.replace("\n", "").isprintable()
    for row in csv.DictReader(output.splitlines()):
        assert row["page"] == "'=\\x1b[2J.png"
        assert row["label"] in ("'=1+1", "a\\x1b[2J")


def test_unreadable_files_do_not_stop_the_others(folder, capsys):
    os.mkfifo("pipe")
    files = ["empty.png", "pipe", "page.png", "folder", "missing.png", "page.png"]
    assert read(*files) == 2
    output, errors = capsys.readouterr()
    assert output.count("page.png\t010 11\n") == 2
    faults = errors.splitlines()
    assert len(faults) == 4
    for fault, name in zip(
        faults, ("empty.png", "pipe", "folder", "missing.png"), strict=True
    ):
        assert fault.startswith(f"skdigits: error: {name} ")


def test_page_without_digits_is_reported(folder, capsys):
    assert read("blank.png", "page.png") == 1
    output, errors = capsys.readouterr()
    assert errors == "blank.png: no digits found.\n"
    assert output == "page.png\t010 11\npage.png\t001\n"


def test_pages_are_annotated_and_no_file_is_replaced(folder):
    assert read("page.png", "pages.tif", "--annotate", "new/marked") == 0
    assert read("page.png", "--annotate", "new/marked") == 0
    assert sorted(path.name for path in (folder / "new/marked").iterdir()) == [
        "page.png-1.png",
        "page.png.png",
        "pages.tif[1].png",
        "pages.tif[2].png",
    ]
    with (
        Image.open("new/marked/page.png.png") as marked,
        Image.open("page.png") as page,
    ):
        changed = np.asarray(marked) != np.asarray(page)[..., np.newaxis]
    rows, columns = np.nonzero(changed.any(axis=2))
    assert marked.size == page.size
    # The first box and its label, but nothing on the empty part of the page.
    assert 20 <= rows.min() < 50
    assert columns.max() < 300
    assert rows.max() <= 202


def test_labels_of_a_small_page_are_legible(folder):
    """A page of one digit, without room for the label above it."""
    page = Page()
    top, left, bottom, right = page.digit("0", 100, 50)
    page.image.crop((left - 2, top - 1, right + 2, bottom + 1)).save("small.png")
    assert read("small.png", "--annotate", "marked") == 0
    with Image.open("marked/small.png.png") as marked:
        pixels = np.asarray(marked).astype(int)
    is_label = pixels[..., 2] > pixels[..., 0] + 100  # blue
    rows = np.flatnonzero(is_label.any(axis=1))
    box_top = np.flatnonzero(is_label.mean(axis=1) > 0.5)[0]
    assert box_top - rows[0] >= 20


@pytest.mark.parametrize(
    ("options", "model", "message"),
    [
        ([], "none", "the model none cannot be read: No such file or directory."),
        ([], "scaler", "NumberReader: classifier=StandardScaler has no predict_proba"),
        (["--reject-below", "2"], "model", "argument --reject-below: must be from 0"),
        (["--annotate", "page.png"], "model", "the folder page.png cannot be made"),
    ],
)
def test_error_is_one_line(folder, capsys, options, model, message):
    assert read("page.png", *options, model=model) == 2
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.startswith(f"skdigits: error: {message}")
    assert errors.count("\n") == 1
