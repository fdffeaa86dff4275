"""Trainings that go on: in pieces, from where they ended, or after a crash."""

import importlib.metadata
import os
import signal
import subprocess
import sys
from types import SimpleNamespace

import joblib
import numpy as np
import pytest
import tensorflow as tf
from _models import UNET
from sklearn.base import clone
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import HalvingGridSearchCV

from skdigits import CNNDigitClassifier, MLPDigitClassifier
from skdigits._training import _cache, count_cached
from skdigits._training._engine import EpochModel

# With all pictures in one batch their order does not matter: what is left between a
# training in one go and one in parts is the optimizer's state.
AT_ONCE = {
    "batch_size": 1400,
    "learning_rate_schedule": "constant",
    "learning_rate": 0.01,
    "random_state": 0,
}
MLP = MLPDigitClassifier((16,), epochs=3, **AT_ONCE)


def assert_same_weights(one, other, tolerance=1e-5):
    for a, b in zip(one.weights_, other.weights_, strict=True):
        np.testing.assert_allclose(a, b, atol=tolerance)


@pytest.fixture
def trainings(monkeypatch):
    """List that grows by one with each training."""
    done = []
    fit = EpochModel.fit

    def counting(self, *args, **kwargs):
        done.append(self.name)
        return fit(self, *args, **kwargs)

    monkeypatch.setattr(EpochModel, "fit", counting)
    return done


def test_partial_fits_equal_epochs_of_one_fit(digits):
    X, y, _, _ = digits
    parts = clone(MLP)
    for _ in range(3):
        parts.partial_fit(X, y, classes=np.arange(10))
    assert_same_weights(parts, clone(MLP).fit(X, y))
    assert parts.n_iter_ == 3


def test_warm_start_goes_on_where_the_last_fit_ended(digits):
    X, y, _, _ = digits
    parts = clone(MLP).set_params(warm_start=True, epochs=1)
    for _ in range(3):
        parts.fit(X, y)
    whole = clone(MLP).fit(X, y)
    assert_same_weights(parts, whole)
    np.testing.assert_allclose(parts.loss_curve_, whole.loss_curve_, rtol=1e-4)


def test_state_survives_joblib(digits, tmp_path):
    X, y, _, _ = digits
    first = clone(MLP).partial_fit(X, y, classes=np.arange(10))
    joblib.dump(first, tmp_path / "mlp.joblib")
    again = joblib.load(tmp_path / "mlp.joblib")
    assert_same_weights(again.partial_fit(X, y), first.partial_fit(X, y), 0)


def test_pieces_of_the_data_teach_as_much(digits):
    X, y, X_test, y_test = digits
    mlp = MLPDigitClassifier((64,), batch_size=32, random_state=0)
    for _ in range(15):
        for piece in np.array_split(np.arange(1400), 4):
            mlp.partial_fit(X[piece], y[piece], classes=np.arange(10))
    assert mlp.score(X_test, y_test) > 0.93


def test_parts_see_other_orders_and_noise(digits):
    X, y, _, _ = digits
    cnn = CNNDigitClassifier(((4,),), random_state=0, batch_size=200)
    first = clone(cnn).partial_fit(X, y, classes=np.arange(10))
    # From the same weights and moments, a later part takes other steps.
    later = clone(cnn).partial_fit(X, y, classes=np.arange(10))
    later.history_ = {"loss": [0.0] * 5}
    assert not np.array_equal(
        first.partial_fit(X, y).weights_[0], later.partial_fit(X, y).weights_[0]
    )


def test_denoiser_learns_in_pieces(digits):
    X = digits[0]
    denoiser = clone(UNET).set_params(learning_rate=0.01)
    for _ in range(6):
        for piece in np.array_split(X, 2):
            denoiser.partial_fit(piece)
    assert denoiser.n_iter_ == 12
    assert denoiser.loss_curve_[-1] < 0.8 * denoiser.loss_curve_[0]


def test_first_piece_needs_all_classes(digits):
    X, y, _, _ = digits
    with pytest.raises(ValueError, match="pass all labels as classes="):
        clone(MLP).partial_fit(X, y)
    mlp = clone(MLP).partial_fit(X, y % 3, classes=[0, 1, 2])
    with pytest.raises(ValueError, match=r"y holds the labels \[3, 4"):
        mlp.partial_fit(X, y)
    with pytest.raises(ValueError, match=r"'balanced' needs .* none of \[2\]"):
        mlp.set_params(class_weight="balanced").partial_fit(X, y % 2)


def test_warm_start_keeps_its_classes(digits):
    X, y, _, _ = digits
    mlp = clone(MLP).set_params(warm_start=True).fit(X, y % 3)
    with pytest.raises(ValueError, match=r"y holds the labels \[3, 4"):
        mlp.fit(X, y)


def test_halving_search_over_epochs(digits):
    search = HalvingGridSearchCV(
        clone(MLP).set_params(batch_size=50),
        {"alpha": [0.0, 1e-4, 1.0]},
        resource="epochs",
        min_resources=2,
        max_resources=6,
        cv=2,
    ).fit(*digits[:2])
    assert search.best_params_["alpha"] < 1
    assert search.best_estimator_.n_iter_ == 6


def test_memory_reads_back_instead_of_training(digits, tmp_path, trainings):
    X, y, _, _ = digits
    folder = tmp_path / "new" / "folder"
    mlp = clone(MLP).set_params(memory=str(folder))
    first, again = clone(mlp).fit(X, y), clone(mlp).fit(X.copy(), y.tolist())
    assert len(trainings) == count_cached(folder) == 1
    assert_same_weights(first, again, 0)
    assert first.history_ == again.history_
    others = [{"alpha": 0.1}, {"random_state": 1}, {"epochs": 2}]
    for n_trained, other in enumerate(others, start=2):
        clone(mlp).set_params(**other).fit(X, y)
        assert len(trainings) == n_trained
    clone(mlp).fit(X[:-1], y[:-1])
    assert len(trainings) == 5


@pytest.fixture
def versions(monkeypatch):
    """Versions that packages seem to have, by name."""
    versions = {}
    find = importlib.metadata.distribution

    def other(name):
        if name not in versions:
            return find(name)
        return SimpleNamespace(version=versions[name])

    monkeypatch.setattr(importlib.metadata, "distribution", other)
    yield versions
    _cache._versions.cache_clear()


@pytest.mark.parametrize("package", ["skdigits", "keras", "numpy", "tensorflow"])
def test_memory_of_other_versions_is_not_used(
    package, digits, tmp_path, trainings, versions
):
    X, y, _, _ = digits
    mlp = clone(MLP).set_params(memory=str(tmp_path), epochs=1)
    for number, n_trained in (("1.0", 1), ("1.1", 2), ("1.0", 2)):
        versions[package] = number
        _cache._versions.cache_clear()
        clone(mlp).fit(X, y)
        assert len(trainings) == n_trained


def test_memory_is_not_asked_where_a_fit_need_not_repeat(digits, tmp_path, trainings):
    X, y, _, _ = digits
    mlp = clone(MLP).set_params(memory=str(tmp_path), random_state=None)
    clone(mlp).fit(X, y)
    clone(mlp).fit(X, y)
    assert len(trainings) == 2
    assert not list(tmp_path.iterdir())


def test_memory_of_another_number_of_threads_is_not_used(
    digits, tmp_path, trainings, monkeypatch
):
    """Sums of another order have other last bits."""
    X, y, _, _ = digits
    mlp = clone(MLP).set_params(memory=str(tmp_path), epochs=1)
    for number, n_trained in ((1, 1), (2, 2), (1, 2)):
        monkeypatch.setattr(
            tf.config.threading,
            "get_intra_op_parallelism_threads",
            lambda number=number: number,
        )
        clone(mlp).fit(X, y)
        assert len(trainings) == n_trained


@pytest.mark.parametrize("variable", ["TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS"])
def test_memory_of_another_number_of_threads_in_the_environment_is_not_used(
    variable, digits, tmp_path, trainings, monkeypatch
):
    X, y, _, _ = digits
    mlp = clone(MLP).set_params(memory=str(tmp_path), epochs=1)
    monkeypatch.setattr(
        tf.config.threading, "get_intra_op_parallelism_threads", lambda: 0
    )
    for name in ("TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    for number, n_trained in (("1", 1), ("2", 2), ("1", 2)):
        monkeypatch.setenv(variable, number)
        clone(mlp).fit(X, y)
        assert len(trainings) == n_trained


def test_memory_is_used_where_tensorflow_is_not_imported_yet(
    digits, tmp_path, trainings, monkeypatch
):
    X, y, _, _ = digits
    mlp = clone(MLP).set_params(memory=str(tmp_path), epochs=1)
    monkeypatch.setattr(
        tf.config.threading, "get_intra_op_parallelism_threads", lambda: 0
    )
    clone(mlp).fit(X, y)
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    clone(mlp).fit(X, y)
    assert len(trainings) == 1


def test_remembered_training_can_go_on(digits, tmp_path, trainings):
    X, y, _, _ = digits
    mlp = clone(MLP).set_params(memory=tmp_path, warm_start=True)
    first, again = clone(mlp).fit(X, y), clone(mlp).fit(X, y)
    assert len(trainings) == 1
    for one in (first, again):
        one.set_params(memory=None).fit(X, y)
    assert_same_weights(first, again, 0)
    assert first.n_iter_ == again.n_iter_ == 6


def test_memory_of_joblib_remembers_too(digits, tmp_path, trainings):
    X, y, _, _ = digits
    mlp = clone(MLP).set_params(memory=joblib.Memory(tmp_path, verbose=0))
    first, again = clone(mlp).fit(X, y), clone(mlp).fit(X, y)
    assert len(trainings) == 1
    assert_same_weights(first, again, 0)


SWEEP = """
import sys
import numpy as np
from sklearn.model_selection import GridSearchCV
from skdigits import MLPDigitClassifier
from skdigits.datasets import load_small_digits

X, y = load_small_digits(return_X_y=True)
mlp = MLPDigitClassifier((8,), epochs=40, random_state=0, verbose=1)
search = GridSearchCV(
    mlp.set_params(memory=sys.argv[1] or None),
    {"alpha": np.logspace(-6, -1, 10)},
    cv=2,
    refit=False,
    n_jobs=int(sys.argv[2]),
)
search.fit(X, y)
print("scores", *[search.cv_results_[f"split{fold}_test_score"] for fold in range(2)])
"""
N_FITS = 20


class Sweep:
    """A search in a process group of its own, with a line for each epoch."""

    def __init__(self, memory, n_jobs=1):
        self.process = subprocess.Popen(
            [sys.executable, "-c", SWEEP, str(memory), str(n_jobs)],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.begun = 0

    def watch(self, n_epochs=sys.maxsize):
        """Count trainings that begin, for so many epochs; return the line after."""
        lines = []
        for line in self.process.stdout:
            self.begun += "epoch 1/40 " in line
            lines.append(line)
            if len(lines) == n_epochs:
                return None
        self.process.wait()
        # NumPy breaks the line where it gets long.
        return "".join(line for line in lines if "epoch" not in line)

    def kill(self):
        """Kill it and its workers; count what it had begun until then."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.watch()


def n_remembered(memory):
    return len(list(memory.rglob("*.safetensors")))


def scores_here(memory, monkeypatch, capsys):
    """What the same program prints at its end, run in this process."""
    monkeypatch.setattr(sys, "argv", ["sweep", str(memory), "1"])
    exec(SWEEP, {})
    lines = capsys.readouterr().out.splitlines(keepends=True)
    return "".join(line for line in lines if "epoch" not in line)


def test_killed_sweep_goes_on_where_it_stopped(
    tmp_path, trainings, monkeypatch, capsys
):
    killed = Sweep(tmp_path)
    killed.watch(250)  # in the middle of the seventh training
    killed.kill()
    finished = n_remembered(tmp_path)
    assert 6 <= finished < N_FITS
    resumed = scores_here(tmp_path, monkeypatch, capsys)
    assert len(trainings) == N_FITS - finished
    assert resumed == scores_here("", monkeypatch, capsys)
    assert len(trainings) == 2 * N_FITS - finished


@pytest.mark.slow
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_sweep_killed_at_five_random_moments(n_jobs, tmp_path):
    """After each kill the same sweep goes on; what was finished is never repeated."""
    undisturbed = Sweep("", n_jobs).watch()
    begun = 0
    for n_epochs in np.random.default_rng(n_jobs).integers(1, 150, size=5):
        before = n_remembered(tmp_path)
        sweep = Sweep(tmp_path, n_jobs)
        sweep.watch(n_epochs)
        sweep.kill()
        # All that began was new; at most one in each process was cut off.
        finished = n_remembered(tmp_path) - before
        assert 0 <= sweep.begun - finished <= n_jobs
        begun += sweep.begun
        sys.stdout.write(
            f"killed in epoch {n_epochs}: {sweep.begun} begun, {finished} kept\n"
        )
    finished = n_remembered(tmp_path)
    assert 0 < finished < N_FITS
    last = Sweep(tmp_path, n_jobs)
    assert last.watch() == undisturbed
    assert last.begun == N_FITS - finished
    sys.stdout.write(f"{begun + last.begun} begun in all for {N_FITS} fits\n")
