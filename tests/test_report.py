"""The report as its reader meets it: a command, a folder, a page."""

import csv
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from skdigits.__main__ import main
from skdigits.exceptions import DatasetError
from skdigits.report import _context, experiments
from skdigits.report._experiment import Column, Experiment, Result, Table


def run_command(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "skdigits", *arguments],
        cwd=cwd,
        env=os.environ | {"COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def run_here(*arguments):
    """Exit status of the command, run in this process."""
    try:
        return main(arguments)
    except SystemExit as stop:
        return stop.code


class Page(HTMLParser):
    """Links, anchors, pictures and text of a page."""

    def __init__(self, path):
        super().__init__()
        self.links, self.ids, self.alts, self.words = [], set(), [], []
        self.feed(path.read_text("utf-8"))
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.links += [attributes[key] for key in ("src", "href") if key in attributes]
        self.ids.add(attributes.get("id"))
        if tag == "img":
            self.alts.append(attributes.get("alt"))

    def handle_data(self, data):
        self.words.append(data)


def read_csv(path):
    with path.open(newline="") as file:
        return [
            {name: float(value) for name, value in row.items()}
            for row in csv.DictReader(file)
        ]


@pytest.fixture(scope="module")
def quick_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    return folder / "out", run_command("report", "--quick", "--output=out", cwd=folder)


@pytest.fixture(scope="module")
def report(quick_run):
    folder, process = quick_run
    assert process.returncode == 0, process.stderr
    return folder


def test_command_prints_the_page_and_a_line_per_experiment(quick_run):
    _, process = quick_run
    assert process.stdout == f"{Path('out', 'index.html')}\n"
    lines = process.stderr.splitlines()
    assert len(lines) == len(experiments.EXPERIMENTS)
    for line, experiment in zip(lines, experiments.EXPERIMENTS, strict=True):
        assert line.startswith(f"skdigits: {experiment.name} finished in ")


def test_page_and_folder_hold_the_same_files(report):
    page = Page(report / "index.html")
    linked = {link for link in page.links if not link.startswith("#")}
    written = {p.relative_to(report).as_posix() for p in report.rglob("*.*")}
    assert written == linked | {"index.html"}
    assert {link[1:] for link in page.links if link.startswith("#")} <= page.ids
    assert all(page.alts)


def test_page_says_how_to_repeat_the_run(report):
    page = Page(report / "index.html")
    assert (
        "skdigits report --dataset digits --output out --seed 0 --n-jobs 1 --quick"
        in page.text
    )
    for package in ("skdigits", "scikit-learn", "keras", "tensorflow", "numpy"):
        assert re.search(rf"{package} \d+\.\d+", page.text)


def test_both_experiments_use_the_same_clean_classifier(report):
    history = read_csv(report / "epochs" / "history.csv")
    robustness = read_csv(report / "noise-robustness" / "accuracy.csv")
    assert robustness[0]["noise_amount"] == 0
    assert robustness[0]["noisy_test_accuracy"] == pytest.approx(
        history[-1]["test_accuracy"], abs=1e-6
    )


def test_page_states_the_numbers_of_the_tables(report):
    text = Page(report / "index.html").text
    history = read_csv(report / "epochs" / "history.csv")
    assert f"reads {history[-1]['test_accuracy']:.1%} of the test pictures" in text
    sweep = read_csv(report / "alpha-sweep" / "alpha-sweep.csv")
    best = max(sweep, key=lambda row: row["mean_validation_accuracy"])
    assert (
        f"alpha = {best['alpha']:.2g} is best with "
        f"{best['mean_validation_accuracy']:.2%}" in text
    )
    for row in read_csv(report / "denoising" / "psnr.csv"):
        gain = row["denoised_psnr_db"] - row["noisy_psnr_db"]
        assert f"{gain:+.1f} dB at {row['noise_amount']:.0%} noise" in text


def test_results_are_plausible_even_when_quick(report):
    assert read_csv(report / "epochs" / "history.csv")[-1]["test_accuracy"] > 0.95
    assert all(
        row["denoised_psnr_db"] > row["noisy_psnr_db"] + 1
        for row in read_csv(report / "denoising" / "psnr.csv")
    )
    robustness = read_csv(report / "noise-robustness" / "accuracy.csv")
    assert robustness[-1]["noisy_test_accuracy"] < 0.4
    at_training_amount = robustness[4]
    assert (
        at_training_amount["denoised_test_accuracy"]
        > at_training_amount["noisy_test_accuracy"] + 0.05
    )


def test_same_command_gives_the_same_numbers_and_keeps_other_files(report, tmp_path):
    note = tmp_path / "out" / "epochs" / "note.txt"
    note.parent.mkdir(parents=True)
    note.write_text("mine")
    process = run_command(
        "report", "--quick", "--only", "epochs", "--output=out", cwd=tmp_path
    )
    assert process.returncode == 0, process.stderr
    again = tmp_path / "out" / "epochs" / "history.csv"
    assert again.read_text() == (report / "epochs" / "history.csv").read_text()
    assert note.read_text() == "mine"
    assert not (tmp_path / "out" / "alpha-sweep").exists()


def test_list_names_every_experiment_without_loading_tensorflow(tmp_path):
    code = (
        "import sys; from skdigits.__main__ import main; main(['report', '--list']);"
        "sys.exit(bool({'tensorflow', 'keras', 'matplotlib'} & set(sys.modules)))"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stderr
    names = [line.split()[0] for line in process.stdout.splitlines()]
    assert names == [experiment.name for experiment in experiments.EXPERIMENTS]


def test_names_of_experiments_are_unique_and_fit_a_file_name():
    names = [experiment.name for experiment in experiments.EXPERIMENTS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in names)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--only", "epoch"], "unknown experiment 'epoch', choose from: epochs, "),
        (["--seed", "-1"], "argument --seed: -1 is not in 0.."),
        (["--seed", "one"], "argument --seed: 'one' is not a whole number"),
        (["--n-jobs", "0"], "argument --n-jobs: 0 is neither positive nor -1"),
        (["--output", "a-file"], "a-file: File exists"),
        (["--output", "a-file/within"], "a-file/within: Not a directory"),
        (["--output", "website"], "its index.html was not written by skdigits"),
        (["--dataset", "mnist", "--output", "new/one"], "no pictures: do this"),
    ],
)
def test_error_is_one_line_and_writes_nothing(
    options, message, tmp_path, monkeypatch, capsys
):
    def no_mnist(**_):
        raise DatasetError("no pictures:\n do this")

    monkeypatch.setattr(_context, "fetch_mnist", no_mnist)
    monkeypatch.chdir(tmp_path)
    Path("a-file").touch()
    Path("website").mkdir()
    Path("website/index.html").write_text("<h1>My page</h1>")
    before = sorted(tmp_path.rglob("*"))

    assert run_here("report", *options) == 2

    error = capsys.readouterr().err
    assert error.startswith("skdigits: error: ")
    assert message in error
    assert error.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_interrupted_run_leaves_what_was_finished(tmp_path, monkeypatch, capsys):
    def finish(context):
        table = Table("t", "A < table", [Column("time_s", "Time (s)")], [(1.5,)])
        return Result(["Looked."], ["A < B & C."], pictures=[], tables=[table])

    def interrupt(context):
        raise KeyboardInterrupt

    monkeypatch.setattr(
        experiments,
        "EXPERIMENTS",
        [
            Experiment("first", "First", "does", "Why?", finish),
            Experiment("second", "Second", "does not", "Why not?", interrupt),
        ],
    )

    assert run_here("report", "--output", str(tmp_path / "out")) == 130

    assert capsys.readouterr().err.splitlines()[-1] == "skdigits: interrupted"
    files = sorted(p.name for p in (tmp_path / "out").rglob("*"))
    assert files == ["first", "index.html", "t.csv"]
    assert (tmp_path / "out/first/t.csv").read_text() == "time_s\n1.5\n"
    text = Page(tmp_path / "out" / "index.html").text
    assert "1 of 2 experiments were finished" in text
    assert "A < B & C." in text
