"""Time of sweeps over alpha: two processes and one, and our sweep and the lab's.

The lab trained 15 networks (5 factors, 3 replicates) for 40 epochs at batch 32 with
Keras's own loop. One such epoch is timed and multiplied by 600. All of our networks are
trained, for 12 epochs with the default one-cycle schedule, and their test accuracy is
written to sweep_accuracy.csv. To compare one process with two, the same 15 networks are
trained for one or two epochs.

Run ``python tests/benchmarks/sweep.py``.
"""

import statistics

import numpy as np
from _peers import mnist, scikeras_mlp
from _scores import mean_and_deviation
from _tasks import fit_mnist
from _timing import (
    Rival,
    Row,
    compare,
    report,
    rounds_from_command_line,
    take_turns,
    write_table,
)
from sklearn.model_selection import GridSearchCV, PredefinedSplit

from skdigits import MLPDigitClassifier

ALPHAS = np.logspace(-6, -3, 5).tolist()
SEEDS = [0, 1, 2]
LAB_EPOCHS = 40
LAB_BATCH = 32
EPOCHS = 12


def fifteen_networks(n_jobs, settings):
    """Return a sweep that trains on 60,000 images and scores on 10,000."""
    (X, y), (X_test, y_test) = mnist(), mnist("test")
    X, y = np.vstack([X, X_test]), np.concatenate([y, y_test])
    search = GridSearchCV(
        MLPDigitClassifier(**settings),
        {"alpha": ALPHAS, "random_state": SEEDS},
        cv=PredefinedSplit(np.repeat([-1, 0], [60_000, 10_000])),
        n_jobs=n_jobs,
        refit=False,
    )
    return lambda: search.fit(X, y)


def lab_sweep():
    """Return the lab's sweep with our networks; it also writes their accuracy."""
    fit = fifteen_networks(2, {"epochs": EPOCHS})

    def run():
        scores = fit().cv_results_["mean_test_score"].reshape(len(ALPHAS), len(SEEDS))
        lines = [
            (f"{alpha:.2g}", mean_and_deviation(100 * over_seeds))
            for alpha, over_seeds in zip(ALPHAS, scores, strict=True)
        ]
        write_table("sweep_accuracy", ("alpha", "accuracy (%)"), lines)

    return run


def two_processes(batch_size, epochs, rounds):
    settings = {"batch_size": batch_size, "epochs": epochs}

    def rival(n_jobs):
        name = f"skdigits, n_jobs={n_jobs}"
        return Rival(name, fifteen_networks, (n_jobs, settings))

    return compare(
        f"15 networks, all of MNIST, batch {batch_size}, n_jobs=2",
        rival(2),
        [rival(1)],
        rounds=rounds,
    )


def main():
    rounds = rounds_from_command_line(__doc__)
    rows = two_processes(LAB_BATCH, 1, rounds) + two_processes(128, 2, rounds)
    settings = {"hidden": (500, 300), "batch_size": LAB_BATCH, "epochs": 1}
    lab_epoch = Rival("an epoch of the lab", fit_mnist, (scikeras_mlp, settings))
    ours = Rival("the lab's sweep", lab_sweep)
    epoch_s = statistics.median(take_turns([lab_epoch], rounds=rounds)[lab_epoch])
    ours_s = take_turns([ours], rounds=1)[ours][0]
    lab_s = epoch_s * LAB_EPOCHS * len(ALPHAS) * len(SEEDS)
    rows.append(
        Row(
            "The lab's sweep: 15 networks, all of MNIST",
            "as the lab did, Keras (an epoch timed, times 600)",
            ours_s,
            lab_s,
        )
    )
    report("sweep", rows)


if __name__ == "__main__":
    main()
