"""Full disks and folders that may not be written to."""

from contextlib import contextmanager

import numpy as np
import pytest
from sklearn.base import clone

from skdigits import MLPDigitClassifier
from skdigits.__main__ import main
from skdigits.exceptions import MemoryFolderWarning
from skdigits.report import experiments
from skdigits.report._experiment import Column, Experiment, Result, Table

resource = pytest.importorskip("resource", reason="limits of POSIX")

MLP = MLPDigitClassifier((16,), epochs=1, random_state=0)


@contextmanager
def full_disk(n_bytes=1000):
    """No file grows beyond these bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def assert_trained(mlp, digits):
    X, y, X_test, _ = digits
    expected = clone(mlp).set_params(memory=None).fit(X, y)
    np.testing.assert_array_equal(
        mlp.predict_proba(X_test), expected.predict_proba(X_test)
    )


def test_fit_with_a_memory_on_a_full_disk(digits, tmp_path):
    mlp = clone(MLP).set_params(memory=tmp_path / "trainings")
    with (
        full_disk(),
        pytest.warns(MemoryFolderWarning, match=r"could not be cached.*File too large"),
    ):
        mlp.fit(*digits[:2])
    assert_trained(mlp, digits)
    assert not list((tmp_path / "trainings").iterdir())


def test_fit_with_a_memory_that_is_read_only(digits, read_only_folder):
    mlp = clone(MLP).set_params(memory=read_only_folder / "trainings")
    with pytest.warns(MemoryFolderWarning, match="Permission denied"):
        mlp.fit(*digits[:2])
    assert_trained(mlp, digits)


def test_memory_that_is_no_folder(digits, tmp_path):
    (tmp_path / "file").touch()
    mlp = clone(MLP).set_params(memory=tmp_path / "file")
    with pytest.warns(MemoryFolderWarning, match="File exists|Not a directory"):
        mlp.fit(*digits[:2])
    assert_trained(mlp, digits)


def test_what_a_read_only_memory_remembers_is_read_back(digits, tmp_path):
    mlp = clone(MLP).set_params(memory=tmp_path)
    mlp.fit(*digits[:2])
    (entry,) = tmp_path.iterdir()
    before = entry.stat()
    with full_disk(0):
        again = clone(mlp).fit(*digits[:2])
    assert_trained(again, digits)
    assert entry.stat() == before


@pytest.fixture
def report(monkeypatch, capsys):
    """Run the report with one experiment that has a table of so many rows."""

    def run(n_rows, output, *options):
        def experiment(_):
            rows = [(i,) for i in range(n_rows)]
            table = Table("t", "A table", [Column("n", "n")], rows)
            return Result(["Looked."], ["Found."], plots=[], tables=[table])

        one = Experiment("one", "One", "does", "Why?", experiment)
        monkeypatch.setattr(experiments, "EXPERIMENTS", [one])
        status = main(["report", "--output", str(output), *options])
        lines = capsys.readouterr().err.splitlines()
        if lines[0].startswith("skdigits: 1 of 1 experiments on "):
            lines.pop(0)
        return status, lines

    return run


def files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_report_whose_table_fills_the_disk(report, tmp_path):
    with full_disk():
        status, errors = report(10_000, tmp_path / "out")
    assert status == 2
    assert len(errors) == 1
    assert errors[0].startswith("skdigits: error: ")
    assert "File too large" in errors[0]
    assert not list(tmp_path.iterdir())


def test_report_whose_page_fills_the_disk(report, tmp_path):
    assert report(3, tmp_path)[0] == 0
    page = (tmp_path / "index.html").read_bytes()
    with full_disk(3000):
        status, errors = report(3, tmp_path, "--seed", "1")
    assert status == 2
    assert "File too large" in errors[-1]
    assert files(tmp_path).keys() == {"index.html", "one/t.csv", "one/result.json"}
    assert (tmp_path / "index.html").read_bytes() == page
    # The experiment is finished, and the page is made when there is room for it.
    assert "was finished already" in report(3, tmp_path, "--seed", "1")[1][0]
    assert (tmp_path / "index.html").read_bytes() != page


def test_report_to_a_read_only_folder(report, read_only_folder):
    status, errors = report(3, read_only_folder / "out")
    assert status == 2
    assert len(errors) == 1
    assert "Permission denied" in errors[0]
    assert "--output" in errors[0]
