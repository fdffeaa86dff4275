"""Sweeps that Dask and Ray spread over worker processes."""

import os
import signal
from pathlib import Path

import joblib
import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from skdigits import MLPDigitClassifier

distributed = pytest.importorskip("distributed")

MLP = MLPDigitClassifier((16,), epochs=3, random_state=0)
ALPHAS = [0.0, 1e-3, 1.0]


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


def scores(mlp, digits):
    search = GridSearchCV(clone(mlp), {"alpha": ALPHAS}, cv=2, refit=False)
    return search.fit(*digits[:2]).cv_results_["mean_test_score"]


def test_dask_gives_the_scores_of_a_local_run(client, digits, local_scores):
    with joblib.parallel_config(backend="dask", scatter=list(digits[:2])):
        np.testing.assert_array_equal(scores(MLP, digits), local_scores)


def test_killed_worker_loses_nothing_but_time(client, digits, local_scores, tmp_path):
    mark = tmp_path / "killed"
    mlp = clone(MLP).set_params(callbacks=[KillFirstWorker(str(mark))])
    with joblib.parallel_config(backend="dask"):
        np.testing.assert_array_equal(scores(mlp, digits), local_scores)
    assert mark.exists()


def test_workers_share_one_memory(client, digits, local_scores, tmp_path):
    mlp = clone(MLP).set_params(memory=str(tmp_path))
    with joblib.parallel_config(backend="dask"):
        np.testing.assert_array_equal(scores(mlp, digits), local_scores)
    entries = {entry: entry.stat().st_mtime for entry in tmp_path.rglob("*.npz")}
    assert len(entries) == 6
    # Here they are read back, none is written again.
    np.testing.assert_array_equal(scores(mlp, digits), local_scores)
    assert {entry: entry.stat().st_mtime for entry in entries} == entries


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
