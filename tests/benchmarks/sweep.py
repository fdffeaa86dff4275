"""Time of sweeps over alpha: one process against two, and the lab's against ours.

The lab trained 15 networks (5 factors, 3 replicates) for 40 epochs at batch 32 with
Keras's own loop. One such epoch is timed and multiplied by 600. Ours are all trained,
for 12 epochs with the default one-cycle rate, and their test accuracy goes to
sweep_accuracy.csv.

Run ``python tests/benchmarks/sweep.py``.
"""

import statistics

import numpy as np
from _peers import mnist, scikeras_mlp
from _scores import mean_and_deviation
from _tasks import alpha_search, fit_mnist
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
EPOCHS = 12


def grid_search(n_jobs):
    """Make a sweep of 15 fits on 20,000 pictures each."""
    X, y = mnist()
    X, y = X[:30_000], y[:30_000]
    search = alpha_search(epochs=5, n_jobs=n_jobs)
    return lambda: search.fit(X, y)


def lab_sweep():
    """Make the lab's sweep: train on the 60,000, score on the 10,000."""
    (X, y), (X_test, y_test) = mnist(), mnist("test")
    X, y = np.vstack([X, X_test]), np.concatenate([y, y_test])
    search = GridSearchCV(
        MLPDigitClassifier(epochs=EPOCHS),
        {"alpha": ALPHAS, "random_state": SEEDS},
        cv=PredefinedSplit(np.repeat([-1, 0], [60_000, 10_000])),
        n_jobs=2,
        refit=False,
    )

    def run():
        search.fit(X, y)
        scores = search.cv_results_["mean_test_score"].reshape(len(ALPHAS), len(SEEDS))
        lines = [
            (f"{alpha:.2g}", mean_and_deviation(100 * row))
            for alpha, row in zip(ALPHAS, scores, strict=True)
        ]
        write_table("sweep_accuracy", ("alpha", "accuracy (%)"), lines)

    return run


def main():
    rounds = rounds_from_command_line(__doc__)
    rows = compare(
        "15 fits: 5 alphas, 3 folds of 30,000 pictures, 5 epochs",
        Rival("skdigits, n_jobs=2", grid_search, (2,)),
        {Rival("skdigits, n_jobs=1", grid_search, (1,)): 0.65},
        rounds=rounds,
    )
    settings = {"hidden": (500, 300), "batch_size": 32, "epochs": 1}
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
            0.1,
        )
    )
    report("sweep", rows)


if __name__ == "__main__":
    main()
