"""Sweeps that Dask and Ray spread over worker processes."""

import os
import signal
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import joblib
import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from skdigits import MLPDigitClassifier
from skdigits.networks._tensorflow import prepare_tensorflow

distributed = pytest.importorskip("distributed")

pytestmark = pytest.mark.slow

MLP = MLPDigitClassifier((16,), epochs=3, random_state=0)
ALPHAS = [0.0, 1e-3, 1.0]
N_FITS = 2 * len(ALPHAS)


class KillFirstWorker(keras.callbacks.Callback):
    """Kills the process that first trains, as a machine that fails would."""

    def __init__(self, mark):
        super().__init__()
        self.mark = mark

    def on_train_begin(self, logs=None):
        try:
            Path(self.mark).touch(exist_ok=False)
        except FileExistsError:
            return
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(scope="module")
def client():
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def local_scores(digits):
    return scores(MLP, digits)


def scores(mlp, digits, cv=2):
    search = GridSearchCV(clone(mlp), {"alpha": ALPHAS}, cv=cv, refit=False)
    return search.fit(*digits[:2]).cv_results_["mean_test_score"]


def test_dask_gives_the_scores_of_a_local_run(client, digits, local_scores):
    with joblib.parallel_config(backend="dask", scatter=list(digits[:2])):
        np.testing.assert_array_equal(scores(MLP, digits), local_scores)


def folds(X, y):
    """Splits as lists, which travel with the fits; arrays would lie on one worker."""
    parts = StratifiedKFold(2).split(X, y)
    return [(train.tolist(), test.tolist()) for train, test in parts]


def test_killed_worker_loses_nothing_but_time(client, digits, local_scores, tmp_path):
    mark = tmp_path / "killed"
    mlp = clone(MLP).set_params(callbacks=[KillFirstWorker(str(mark))])
    X, y, _, _ = digits
    with joblib.parallel_config(backend="dask", scatter=[X, y]):
        np.testing.assert_array_equal(scores(mlp, digits, folds(X, y)), local_scores)
    assert mark.exists()


def test_workers_share_one_memory(client, digits, local_scores, tmp_path):
    mlp = clone(MLP).set_params(memory=str(tmp_path))
    with joblib.parallel_config(backend="dask"):
        np.testing.assert_array_equal(scores(mlp, digits), local_scores)
    entries = {
        entry: entry.stat().st_mtime for entry in tmp_path.rglob("*.safetensors")
    }
    assert len(entries) == 6
    # Here they are read back, none is written again.
    np.testing.assert_array_equal(scores(mlp, digits), local_scores)
    assert {entry: entry.stat().st_mtime for entry in entries} == entries


class CountTrainings(distributed.WorkerPlugin):
    """Leaves a file for each training that begins, also in workers that come later."""

    def __init__(self, folder):
        self.folder = folder

    def setup(self, worker):
        prepare_tensorflow()
        from skdigits._training._engine import EpochModel

        fit = EpochModel.fit
        folder = self.folder

        def counting(model, *arguments, **keywords):
            Path(folder, uuid.uuid4().hex).touch()
            return fit(model, *arguments, **keywords)

        EpochModel.fit = counting


@pytest.mark.parametrize("seed", range(2))
def test_worker_killed_at_a_random_moment(seed, digits, tmp_path):
    """With a memory, only the training that the worker was at is done again."""
    X, y, _, _ = digits
    mlp = clone(MLP).set_params(epochs=100)
    expected = scores(mlp, digits)
    trainings, begun = tmp_path / "trainings", tmp_path / "begun"
    begun.mkdir()
    n_before = np.random.default_rng(seed).integers(1, 5)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
        ThreadPoolExecutor(1) as thread,
    ):
        client.register_plugin(CountTrainings(str(begun)))
        victim = list(client.run(os.getpid).values())[seed % 2]

        def search():
            mlp.set_params(memory=str(trainings))
            with joblib.parallel_config(backend="dask", client=client, scatter=[X, y]):
                return scores(mlp, digits, folds(X, y))

        found = thread.submit(search)
        while len(list(trainings.glob("*.safetensors"))) < n_before:
            assert not found.done()
            time.sleep(0.01)
        os.kill(victim, signal.SIGKILL)
        np.testing.assert_array_equal(found.result(), expected)
        assert victim not in client.run(os.getpid).values()
    assert len(list(trainings.glob("*.safetensors"))) == N_FITS
    n_begun = len(list(begun.iterdir()))
    sys.stdout.write(
        f"killed after {n_before} of {N_FITS} fits: {n_begun} begun in all\n"
    )
    assert N_FITS <= n_begun <= N_FITS + 1


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_ray_gives_the_scores_of_a_local_run(digits, local_scores):
    ray = pytest.importorskip("ray")
    from ray.util.joblib import register_ray

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    register_ray()
    try:
        with joblib.parallel_config(backend="ray", n_jobs=-1):
            np.testing.assert_array_equal(scores(MLP, digits), local_scores)
    finally:
        ray.shutdown()
