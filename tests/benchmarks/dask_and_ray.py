"""Time of a sweep over alpha with Dask and with Ray, compared with n_jobs=2.

All three use two worker processes of one thread each. The workers of Dask and of
n_jobs=2 are warmed up: they have imported TensorFlow and compiled the graph. Ray's
backend for joblib starts new workers for each search, so its time includes this.

Run ``python tests/benchmarks/dask_and_ray.py``, after
``pip install -e ".[distributed]"``.
"""

import statistics

import joblib
import numpy as np
from _peers import mnist
from _timing import Rival, Row, report, rounds_from_command_line, take_turns
from sklearn.model_selection import GridSearchCV

from skdigits import MLPDigitClassifier

EPOCHS = 5
N_WARM_UP = 300  # images


def n_jobs_2():
    """Return the sweep in joblib's own worker processes."""
    return _sweep(lambda *arrays: {"n_jobs": 2})


def dask():
    """Return the sweep in Dask's worker processes."""
    from distributed import Client, LocalCluster

    cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    client = Client(cluster)
    return _sweep(
        lambda *arrays: {"backend": "dask", "client": client, "scatter": arrays},
        client.shutdown,
    )


def ray():
    """Return the sweep in Ray's worker processes."""
    import ray
    from ray.util.joblib import register_ray

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    register_ray()
    return _sweep(lambda *arrays: {"backend": "ray", "n_jobs": -1}, ray.shutdown)


def _sweep(config, close=None):
    search = GridSearchCV(
        MLPDigitClassifier(epochs=EPOCHS, random_state=0),
        {"alpha": np.logspace(-6, -3, 5).tolist()},
        cv=3,
        refit=False,
    )
    images, labels = mnist()

    def run(n=None):
        X, y = images[:n], labels[:n]
        with joblib.parallel_config(**config(X, y)):
            search.fit(X, y)

    run(N_WARM_UP)
    run.close = close
    return run


def main():
    rounds = rounds_from_command_line(__doc__)
    rival = Rival("n_jobs=2", n_jobs_2)
    ours = [Rival("Dask", dask), Rival("Ray", ray)]
    times = take_turns([rival, *ours], rounds=rounds)
    seconds = {one.name: values for one, values in times.items()}
    median = {name: statistics.median(values) for name, values in seconds.items()}
    rows = [
        Row(
            f"{one.name}: 15 fits of {EPOCHS} epochs, 3 folds of MNIST",
            rival.name,
            median[one.name],
            median[rival.name],
            seconds,
        )
        for one in ours
    ]
    report("dask_and_ray", rows)


if __name__ == "__main__":
    main()
