"""Records from which a report resumes, as a disk or a stranger may leave them."""

import json
import os
from types import SimpleNamespace

import numpy as np
import pytest

from skdigits.__main__ import main
from skdigits.report import experiments
from skdigits.report._experiment import (
    Column,
    Experiment,
    KeyFigure,
    Plot,
    Result,
    Table,
)
from skdigits.report._page import Section, render_page
from skdigits.report._record import from_json, to_json

KEY = "0123456789abcdef"
DIGITS = np.zeros((9, 8, 8))
CONTEXT = SimpleNamespace(
    X_train=DIGITS, X_test=DIGITS, y_train=np.arange(9), seed=0, quick=True
)
CONTEXT.dataset = SimpleNamespace(title="digits", is_mnist=True)

OTHERS = [
    None,
    True,
    -(10**400),
    float("nan"),
    "../other",
    "{0.__class__}",
    "{:>999999999999}",
    "\udcff",
    [],
    {},
]


def result():
    columns = [
        Column("label", "Label"),
        Column("rate", "Rate", "{:.1%}"),
        Column("n", "Count", "{:,}", missing="none"),
    ]
    rows = [("a", 0.25, np.int64(3)), ("b", 1.0, None)]
    return Result(
        method=["Counted."],
        conclusion=["Many."],
        plots=[Plot("one", "A plot", "Dots.", None, wide=True)],
        tables=[Table("rates", "Rates", columns, rows)],
        key_figures=[
            KeyFigure("Rate", "25%", "10%", 0.25, 0.5),
            KeyFigure("Else", "7"),
        ],
    )


def nodes(tree, path=()):
    """Paths of all values."""
    yield path
    if isinstance(tree, dict | list):
        for key in tree if isinstance(tree, dict) else range(len(tree)):
            yield from nodes(tree[key], (*path, key))


def mutants(record):
    """Records of which one value is another, absent, or one too many."""
    for path in nodes(json.loads(record)):
        for other in [*OTHERS, "absent", "added"]:
            tree = {"root": json.loads(record)}
            place = tree
            *parents, last = ("root", *path)
            for key in parents:
                place = place[key]
            if other == "absent":
                del place[last]
            elif other == "added" and isinstance(place, dict):
                place["another"] = 1
            else:
                place[last] = other
            yield json.dumps(tree.get("root")).encode()


def outcome(data):
    """Whether it is refused, of another run, or enough for a page."""
    try:
        found = from_json(data, KEY)
    except ValueError:
        return "refused"
    if found is None:
        return "other"
    experiment = Experiment("name", "Title", "", "Why?", None)
    html = render_page(CONTEXT, [Section(experiment, *found)], n_planned=1, command="")
    assert "<h2>Title</h2>" in html
    return "shown"


def test_records_are_read_back():
    record = to_json(KEY, 1.5, result())
    found, seconds = from_json(record.encode(), KEY)
    assert seconds == 1.5
    assert to_json(KEY, 1.5, found) == record


def test_mutants_are_refused_or_make_a_page():
    outcomes = {outcome(data) for data in mutants(to_json(KEY, 1.5, result()))}
    assert outcomes == {"refused", "other", "shown"}


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe\xff", b"[" * 10**6, b'{"key": ' * 10**5, b"9" * 10**5],
    ids=["empty", "no text", "nested lists", "nested objects", "long number"],
)
def test_what_is_no_record_is_refused(data):
    assert outcome(data) == "refused"


def spoil(record):
    record.write_text(record.read_text().replace('"seconds": ', '"seconds": "long" '))


def replace_by_pipe(record):
    record.unlink()
    os.mkfifo(record)  # which nobody writes to


def remove_table(record):
    (record.parent / "t.csv").unlink()


@pytest.mark.parametrize("damage", [spoil, replace_by_pipe, remove_table])
def test_damaged_results_are_made_again_and_named(
    damage, tmp_path, monkeypatch, capsys
):
    runs = []

    def finish(context):
        runs.append(context.seed)
        table = Table("t", "A table", [Column("n", "n")], [(1,)])
        return Result(["Looked."], ["Found."], plots=[], tables=[table])

    one = Experiment("one", "One", "does", "Why?", finish)
    monkeypatch.setattr(experiments, "EXPERIMENTS", [one])
    command = ("report", "--output", str(tmp_path))
    assert main(command) == 0
    damage(tmp_path / "one" / "result.json")
    capsys.readouterr()

    assert main(command) == 0

    assert runs == [0, 0]
    errors = capsys.readouterr().err.splitlines()
    assert errors[1].startswith("skdigits: the results of one are damaged (")
    assert errors[2].startswith("skdigits: one finished in ")


def test_second_run_into_the_folder_is_refused(tmp_path, monkeypatch, capsys):
    command = ("report", "--output", str(tmp_path / "out"))
    statuses = []

    def finish(context):
        statuses.append(main(command))
        table = Table("t", "A table", [Column("n", "n")], [(1,)])
        return Result(["Looked."], ["Found."], plots=[], tables=[table])

    one = Experiment("one", "One", "does", "Why?", finish)
    monkeypatch.setattr(experiments, "EXPERIMENTS", [one])

    assert main(command) == 0

    assert statuses == [2]
    errors = capsys.readouterr().err
    assert errors.count("another run of skdigits report is writing to it") == 1
    assert sorted(p.name for p in tmp_path.rglob("*.*")) == [
        "index.html",
        "result.json",
        "t.csv",
    ]


@pytest.mark.parametrize("name", ["index.html", ".skdigits.lock", ".skdigits"])
def test_pipes_in_the_folder_are_refused(name, tmp_path, capsys):
    os.mkfifo(tmp_path / name)  # which nobody writes to or reads from
    assert main(["report", "--output", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"skdigits: error: cannot write the report to {tmp_path}")
    assert error.count("\n") == 1
