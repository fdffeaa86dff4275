"""The report as its reader meets it: a command, a folder, a page."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from skdigits.__main__ import main
from skdigits._training._engine import EpochModel
from skdigits.exceptions import DatasetError
from skdigits.report import _data, experiments
from skdigits.report._experiment import Column, Experiment, KeyFigure, Result, Table
from skdigits.report.experiments import noise_robustness
from skdigits.report.experiments.noise_robustness import limit

# Says when a training begins, and runs the command.
TELLING = """
import signal
import sys
from skdigits.__main__ import main
from skdigits._training._engine import EpochModel

fit = EpochModel.fit

def telling(self, *args, **kwargs):
    print("training", flush=True)
    return fit(self, *args, **kwargs)

EpochModel.fit = telling
signal.signal(signal.SIGINT, signal.default_int_handler)  # as in a terminal
sys.exit(main(sys.argv[1:]))
"""


def run_command(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "skdigits", *arguments],
        cwd=cwd,
        env=os.environ | {"COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )


def run_here(*arguments):
    """Exit status of the command, run in this process."""
    try:
        return main(arguments)
    except SystemExit as stop:
        return stop.code


class Page(HTMLParser):
    """Links, anchors, alternative texts and text of a page."""

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
            {name: number_or_text(cell) for name, cell in row.items()}
            for row in csv.DictReader(file)
        ]


def number_or_text(cell):
    try:
        return float(cell)
    except ValueError:
        return cell


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
    first, *lines = process.stderr.splitlines()
    assert first.startswith(
        "skdigits: 10 of 10 experiments on scikit-learn's 8x8 digits"
    )
    assert str(Path("out", "index.html")) in first
    assert len(lines) == len(experiments.EXPERIMENTS)
    for line, experiment in zip(lines, experiments.EXPERIMENTS, strict=True):
        assert line.startswith(f"skdigits: {experiment.name} finished in ")


def test_page_and_folder_hold_the_same_files(report):
    page = Page(report / "index.html")
    linked = {link for link in page.links if not link.startswith("#")}
    written = {p.relative_to(report).as_posix() for p in report.rglob("*.*")}
    records = {f"{one.name}/result.json" for one in experiments.EXPERIMENTS}
    assert written == linked | records | {"index.html"}
    assert {link[1:] for link in page.links if link.startswith("#")} <= page.ids
    assert all(page.alts)


def test_page_begins_with_a_figure(report):
    first_screen, *_ = (report / "index.html").read_text("utf-8").partition("<nav")
    assert re.findall(r'<img src="(.*?)" alt=".+?">', first_screen) == [
        "denoising/ladder.png"
    ]


def test_page_shows_how_to_reproduce_the_run(report):
    page = Page(report / "index.html")
    assert (
        "skdigits report --dataset digits --output out --seed 0 --n-jobs 1 --quick"
        in page.text
    )
    for package in ("skdigits", "scikit-learn", "keras", "tensorflow", "numpy"):
        assert re.search(rf"{package} \d+\.\d+", page.text)


def test_experiments_share_the_classifier(report):
    ours = read_csv(report / "convolution" / "test.csv")[1]
    clean = read_csv(report / "noise-robustness" / "overall.csv")[0]
    assert clean["noise_amount"] == 0
    assert clean["noisy_recall"] == pytest.approx(ours["test_accuracy"], abs=1e-12)


def test_page_states_the_numbers_of_the_tables(report):
    text = Page(report / "index.html").text
    history = read_csv(report / "epochs" / "history.csv")
    assert f"{history[-1]['test_accuracy']:.1%} on the test images" in text
    parameters = read_csv(report / "small-network" / "parameters.csv")
    assert parameters[-1]["parameters"] == 64 * 64 + 64 + 64 * 64 + 64 + 64 * 10 + 10
    assert f"{parameters[-1]['parameters']:,.0f} parameters in total" in text
    sweep = [
        row
        for spacing in ("linear", "log")
        for row in read_csv(report / "alpha-sweep" / f"alpha-{spacing}.csv")
    ]
    best = max(sweep, key=lambda row: row["mean_validation_accuracy"])
    assert (
        f"alpha = {best['alpha']:.2g} is best with "
        f"{best['mean_validation_accuracy']:.2%}" in text
    )
    psnr = {row["noise_amount"]: row for row in read_csv(report / "denoising/psnr.csv")}
    for amount in (0.2, 0.32, 0.8):
        gain = psnr[amount]["unet_psnr_db"] - psnr[amount]["noisy_psnr_db"]
        assert f"{gain:+.1f} dB (U-Net)" in text


def test_sweep_tables_are_means_and_deviations_of_the_fits(report):
    fits = read_csv(report / "alpha-sweep" / "fits.csv")
    for spacing in ("linear", "log"):
        for row in read_csv(report / "alpha-sweep" / f"alpha-{spacing}.csv"):
            scores = [
                fit["validation_accuracy"]
                for fit in fits
                if fit["alpha"] == row["alpha"]
            ]
            assert row["n_fits"] == len(scores)
            assert row["mean_validation_accuracy"] == pytest.approx(np.mean(scores))
            assert row["std_validation_accuracy"] == pytest.approx(np.std(scores))


def test_rate_over_all_classes_is_the_mean_over_the_pictures(report):
    rates = read_csv(report / "noise-robustness" / "classes.csv")
    dense = np.array([row["dense_recall"] for row in rates]).reshape(11, -1)
    # The test pictures are split by class: 45 of each but for rounding.
    np.testing.assert_allclose(dense[:10].mean(axis=0), dense[10], atol=0.01)


def test_limit_is_where_the_rate_first_crosses_95_percent():
    amounts = (0.0, 0.1, 0.2, 0.3)
    assert limit(amounts, np.array([1.0, 0.97, 0.93, 0.99])) == pytest.approx(0.15)
    assert limit(amounts, np.array([0.9, 0.8, 0.7, 0.6])) == 0
    assert limit(amounts, np.array([0.95, 0.95, 0.95, 0.95])) is None


def test_results_are_plausible_even_when_quick(report):
    assert read_csv(report / "epochs" / "history.csv")[-1]["test_accuracy"] > 0.95
    for row in read_csv(report / "denoising" / "psnr.csv"):
        assert row["dense_psnr_db"] > row["noisy_psnr_db"]
        assert row["unet_psnr_db"] > row["noisy_psnr_db"] + 1
    clean, *_, hardest = read_csv(report / "noise-robustness" / "overall.csv")
    assert clean["noisy_recall"] > 0.95
    assert hardest["noisy_recall"] < 0.4
    neighbours = read_csv(report / "latent-space" / "neighbours.csv")
    assert 0.2 < neighbours[0]["test_accuracy"] < neighbours[1]["test_accuracy"]


def test_corruptions_start_with_the_clean_images(report):
    clean, *fifteen = read_csv(report / "corruptions" / "accuracy.csv")
    ours = read_csv(report / "noise-robustness" / "overall.csv")[0]
    assert clean["accuracy"] == pytest.approx(ours["noisy_recall"], abs=1e-12)
    assert len(fifteen) == 15
    by_name = {row["corruption"]: row for row in fifteen}
    noisy = by_name["impulse_noise"]
    assert noisy["denoised_accuracy"] > noisy["accuracy"]


def test_new_digits_of_each_method_are_measured(report):
    methods = read_csv(report / "new-digits" / "methods.csv")
    real, interpolated, *_, generator = methods
    assert real["read_as_intended"] > 0.95
    # Real images are the reference of the metrics.
    assert real["variety"] == pytest.approx(1, abs=0.1)
    assert real["nearest_training_picture"] == pytest.approx(1)
    assert generator["read_as_intended"] > 0.8
    assert generator["nearest_training_picture"] > 0.5
    assert generator["variety"] > interpolated["variety"]
    text = Page(report / "index.html").text
    assert f"{generator['read_as_intended']:.1%} of those generated by label" in text


def test_page_of_the_networks_is_linked_and_holds_them(report):
    assert 'href="live-page/page.html"' in (report / "index.html").read_text("utf-8")
    page = (report / "live-page" / "page.html").read_text("utf-8")
    (data,) = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page)
    models = json.loads(data)
    names = [denoiser["name"] for denoiser in models["denoisers"]]
    assert names == ["dense autoencoder", "U-Net"]
    assert models["generator"]["labels"] == [str(digit) for digit in range(10)]


@pytest.mark.parametrize(
    ("ours", "lab", "verdict"),
    [(0.9812, 0.9812, "yes"), (0.9811, 0.9812, "no"), (0.99, None, "")],
)
def test_verdict_compares_numbers_only(ours, lab, verdict):
    assert KeyFigure("Accuracy", "some", "some", ours, lab).verdict == verdict
    assert KeyFigure("Accuracy", "some", "", ours, lab).verdict == ""


def test_figures_of_the_lab_are_named_as_those_of_mnist(report):
    text = Page(report / "index.html").text
    assert "they cannot be compared with those on other images" in text
    page = (report / "index.html").read_text("utf-8")
    (at_a_glance, *of_experiments) = re.findall(
        r"<table class=.figures.>.*?</table>", page, re.DOTALL
    )
    # The page of the networks measures nothing.
    assert len(of_experiments) == len(experiments.EXPERIMENTS) - 1
    for table in (at_a_glance, *of_experiments):
        headings = re.findall(r"<th scope=.col.( class=.quiet.)?>(.*?)</th>", table)
        assert headings == [
            ("", "Result"),
            ("", "Here"),
            (' class="quiet"', "The lab, on MNIST"),
        ]
    for figure in ("98.12% (40 epochs)", "98.31%", "98.8%", "55,050"):
        assert f'<td class="quiet">{figure}</td>' in at_a_glance
    assert "Hinton" not in text


def test_same_command_gives_the_same_numbers_and_keeps_other_files(
    report, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    note = tmp_path / "out" / "epochs" / "note.txt"
    note.parent.mkdir(parents=True)
    note.write_text("mine")
    assert run_here("report", "--quick", "--only", "epochs", "--output=out") == 0
    again = tmp_path / "out" / "epochs" / "history.csv"
    assert again.read_text() == (report / "epochs" / "history.csv").read_text()
    assert note.read_text() == "mine"
    assert not (tmp_path / "out" / "alpha-sweep").exists()
    assert "--quick --only epochs" in Page(tmp_path / "out" / "index.html").text


SOME = ["small-network", "epochs", "alpha-sweep"]


def check_resumed(out, finished, n_trained, messages, report):
    """What a second run made of the trainings that the first had finished."""
    assert "epochs was finished already (2 of 3)" in messages
    sweep = out / "alpha-sweep"
    needed = [*read_csv(sweep / "fits.csv"), *read_csv(sweep / "test.csv")]
    assert n_trained == 2 + len(needed) - finished
    for file in (
        "small-network/history.csv",
        "epochs/loss.png",
        "alpha-sweep/fits.csv",
    ):
        assert (out / file).read_bytes() == (report / file).read_bytes()
    page = Page(out / "index.html")
    assert "experiments were finished" not in page.text
    assert set(SOME) <= page.ids
    assert not (out / ".skdigits").exists()


def test_interrupted_report_goes_on_where_it_stopped(
    report, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    begun, fit = [], EpochModel.fit

    def interrupted_fit(self, *args, **kwargs):
        begun.append(self)
        if len(begun) == 6:  # the fourth of the sweep
            raise KeyboardInterrupt
        return fit(self, *args, **kwargs)

    monkeypatch.setattr(EpochModel, "fit", interrupted_fit)
    command = ("report", "--quick", "--output=out", "--only", *SOME)
    assert run_here(*command) == 130
    assert capsys.readouterr().err.splitlines()[-1] == "skdigits: interrupted"
    out = tmp_path / "out"
    finished = len(list(out.rglob("*.safetensors")))
    assert finished == 5
    assert "2 of 3 experiments were finished" in Page(out / "index.html").text

    assert run_here(*command) == 0

    check_resumed(out, finished, len(begun) - 6, capsys.readouterr().err, report)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_stopped_report_goes_on_where_it_stopped(number, report, tmp_path):
    words = ["report", "--quick", "--output=out", "--only", *SOME]
    command = [sys.executable, "-c", TELLING, *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    stopped = subprocess.Popen(command, cwd=tmp_path, **pipes)
    for _ in range(6):
        assert stopped.stdout.readline() == "training\n"  # the fourth of the sweep
    stopped.send_signal(number)
    _, errors = stopped.communicate(timeout=600)
    if number == signal.SIGINT:
        assert stopped.returncode == 130
        assert errors.splitlines()[-1] == "skdigits: interrupted"
    out = tmp_path / "out"
    finished = len(list(out.rglob("*.safetensors")))
    assert "2 of 3 experiments were finished" in Page(out / "index.html").text

    process = subprocess.run(command, cwd=tmp_path, check=False, **pipes)

    assert process.returncode == 0, process.stderr
    n_trained = process.stdout.splitlines().count("training")
    check_resumed(out, finished, n_trained, process.stderr, report)


def write_npz(path, **changes):
    """Noise in three classes, brighter from class to class."""
    random = np.random.default_rng(0)
    y = np.repeat(["dark", "grey", "light"], 20)
    X = random.uniform(size=(60, 12, 9)) * np.repeat([0.2, 0.6, 1], 20)[:, None, None]
    arrays = {"X": X, "y": y} | changes
    np.savez(path, **{k: v for k, v in arrays.items() if v is not None})


@pytest.mark.parametrize(
    "options",
    [
        ("--only", "noise-robustness"),
        pytest.param(("--skip", "alpha-sweep", "epochs"), marks=pytest.mark.slow),
    ],
    ids=["one experiment", "most experiments"],
)
def test_own_pictures_of_any_size_and_labels(options, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_npz(tmp_path / "mine.npz")
    words = ("--dataset", "mine.npz", "--output", "out", "--quick")
    assert run_here("report", *words, *options) == 0
    text = Page(tmp_path / "out" / "index.html").text
    assert "on mine.npz" in text
    assert "12 x 9" in text
    assert not (tmp_path / "out" / "epochs").exists()
    rates = read_csv(tmp_path / "out" / "noise-robustness" / "limits.csv")
    assert [row["class"] for row in rates] == ["dark", "grey", "light", "all"]


TRICKY_LABELS = ["all", r"$\bad$", "_x", "=1+1", "{0.x}", "<b>", "-1", "(all)"]


def test_labels_are_text_everywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    y = np.repeat(TRICKY_LABELS, 12)
    X = np.random.default_rng(0).uniform(size=(len(y), 8, 8))
    write_npz(tmp_path / "mine.npz", X=X, y=y)
    monkeypatch.setattr(
        noise_robustness,
        "_predict",  # as if without a mistake
        lambda context: dict.fromkeys(
            noise_robustness.CURVES,
            np.tile(context.y_test, (len(noise_robustness.AMOUNTS), 1)),
        ),
    )
    words = ("--dataset", "mine.npz", "--output", "out", "--only", "noise-robustness")
    assert run_here("report", *words) == 0
    rates = read_csv(tmp_path / "out" / "noise-robustness" / "limits.csv")
    assert [row["class"] for row in rates] == [
        r"$\bad$",
        "(all)",
        "'-1",
        "<b>",
        "'=1+1",
        "_x",
        "all",
        "{0.x}",
        "((all))",
    ]
    assert r"$\bad$" in Page(tmp_path / "out" / "index.html").text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"y": None}, "has no array y."),
        (
            {"y": np.repeat(["a", "\udcff\x1b"], 30)},
            r"at most 50 printable characters, got '\udcff\x1b'",
        ),
        ({"y": np.repeat(["a", " "], 30)}, "at most 50 printable characters, got ''"),
        ({"y": np.repeat(["a", "b" * 51], 30)}, "got 'bbbbbbbbbbbbbbbbbbbbbbbbb ..."),
        (
            {"X": np.zeros((1010, 8, 8)), "y": np.arange(1010) % 101},
            "y must have at most 100 classes, got 101",
        ),
        ({"X": None}, "has no array X."),
        ({"X": np.zeros((60, 3))}, "X must hold grayscale images, got shape (60, 3)"),
        ({"X": np.zeros((60, 9, 9, 3))}, "got shape (60, 9, 9, 3)"),
        ({"X": np.zeros((60, 5, 9))}, "must have 8x8 pixels or more, got 5x9"),
        (
            {"X": np.zeros((60, 9, 9), int)},
            "X must be uint8 (0 to 255) or floats in [0, 1], got int64",
        ),
        ({"X": np.full((60, 9, 9), 255.0)}, "floats in X must be in [0, 1]"),
        ({"X": np.full((60, 9, 9), np.nan)}, "not NaN"),
        (
            {"y": np.zeros(59, int)},
            "y must have shape (60,), one label for each image in X; got (59,)",
        ),
        ({"y": np.zeros(60, int)}, "y must have two classes or more, got 1"),
        (
            {"y": np.linspace(0, 1, 60)},
            "the labels in y must be integers or strings, got float64",
        ),
        (
            {"y": np.repeat([0, 1], [55, 5])},
            "10 images or more for training and testing, got 5 of class 1",
        ),
        ({"y": np.array([None] * 60)}, "cannot load"),
    ],
)
def test_unfit_file_is_named_in_one_line(changes, message, tmp_path, capsys):
    write_npz(tmp_path / "mine.npz", **changes)
    check_refused(tmp_path / "mine.npz", message, tmp_path, capsys)


@pytest.mark.parametrize(
    ("content", "message"), [(b"no archive", "cannot load"), (None, "No such file")]
)
def test_unreadable_file_is_named_in_one_line(content, message, tmp_path, capsys):
    if content is not None:
        (tmp_path / "mine.npz").write_bytes(content)
    check_refused(tmp_path / "mine.npz", message, tmp_path, capsys)


def check_refused(path, message, folder, capsys):
    before = sorted(folder.rglob("*"))
    out = folder / "out"
    assert run_here("report", "--dataset", str(path), "--output", str(out)) == 2
    error = capsys.readouterr().err
    assert error.startswith("skdigits: error: ")
    assert "mine.npz" in error
    assert message in error
    assert error.count("\n") == 1
    assert sorted(folder.rglob("*")) == before


def test_names_of_experiments_are_unique_and_fit_a_file_name():
    names = [experiment.name for experiment in experiments.EXPERIMENTS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in names)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--only", "epoch"], "unknown experiment 'epoch', choose from: small-net"),
        (["--skip", "epoch"], "unknown experiment 'epoch', choose from: small-net"),
        (["--only", "epochs", "--skip", "epochs"], "no experiment is left to run"),
        (["--dataset", "fashion"], "unknown dataset 'fashion', choose digits"),
        (["--seed", "-1"], "argument --seed: must be in 0..2147483647, got -1"),
        (["--seed", "one"], "argument --seed: must be an integer, got 'one'"),
        (["--n-jobs", "0"], "argument --n-jobs: must be positive or -1, got 0"),
        (["--output", "a-file"], "a-file: Not a directory"),
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

    monkeypatch.setattr(_data, "fetch_mnist", no_mnist)
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
        return Result(["Looked."], ["A < B & C."], plots=[], tables=[table])

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

    assert capsys.readouterr().err.splitlines()[-2:] == [
        "skdigits: to resume, run the same command again",
        "skdigits: interrupted",
    ]
    files = sorted(p.name for p in (tmp_path / "out").rglob("*"))
    assert files == ["first", "index.html", "result.json", "t.csv"]
    assert (tmp_path / "out/first/t.csv").read_text() == "time_s\n1.5\n"
    text = Page(tmp_path / "out" / "index.html").text
    assert "1 of 2 experiments were finished" in text
    assert "A < B & C." in text


def test_finished_experiments_are_read_back(tmp_path, monkeypatch, capsys):
    runs = []

    def finish(context):
        runs.append(context.seed)
        table = Table("t", "A table", [Column("n", "n", "{:,}")], [(np.int64(1000),)])
        return Result(["Looked."], ["Found."], plots=[], tables=[table])

    one = Experiment("one", "One", "does", "Why?", finish)
    monkeypatch.setattr(experiments, "EXPERIMENTS", [one])
    out = tmp_path / "out"
    command = ("report", "--output", str(out))

    assert run_here(*command) == 0
    page = (out / "index.html").read_text()
    assert run_here(*command) == 0
    assert runs == [0]
    assert (out / "index.html").read_text() == page
    assert "one was finished already (1 of 1)" in capsys.readouterr().err

    assert run_here(*command, "--seed", "1") == 0  # another run
    (out / "one" / "t.csv").unlink()
    assert run_here(*command, "--seed", "1") == 0  # no longer whole
    (out / "one" / "result.json").write_text("{}")
    assert run_here(*command, "--seed", "1") == 0  # damaged
    assert runs == [0, 1, 1, 1]
