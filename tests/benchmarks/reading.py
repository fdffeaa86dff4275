"""Accuracy of the classifiers on MNIST's 10,000 test pictures, over five seeds.

All settings were chosen by cross-validation or on a held-out part of the 60,000
training pictures. The L2 factor is chosen by GridSearchCV here. Scores already in
docs/benchmarks/reading.json are not measured again: delete it to start over.

Run ``python tests/benchmarks/reading.py`` (about four hours on two cores).
"""

import argparse
from functools import partial

import numpy as np
from _scores import Scores, fitted, mean_and_deviation, mnist_uint8
from scipy.stats import binomtest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from skdigits import CNNDigitClassifier, MLPDigitClassifier

N_SEEDS = 5
ALPHAS = [1e-6, 1e-5, 3e-5, 1e-4, 3e-4]
ADVERSARIAL_MLP = MLPDigitClassifier(
    (1000, 500, 250),
    batch_norm=True,
    adversarial=1.0,
    epochs=20,
    learning_rate=4e-3,
)


def augmented_cnn(conv_blocks=((32,), (64, 64), (128, 128)), kernel_size=3):
    """Make a network that learns from many changed copies of each picture."""
    return CNNDigitClassifier(
        conv_blocks,
        kernel_size=kernel_size,
        dropout=0.4,
        augmentation="full",
        epochs=30,
        precision="mixed_bfloat16",
    )


DIFFERENT_CNNS = [
    augmented_cnn(),
    augmented_cnn(((48,), (96, 96), (192, 192))),
    augmented_cnn(((32,), (64,), (128,)), kernel_size=5),
    augmented_cnn(kernel_size=5),
    augmented_cnn(((32,), (64, 64, 64), (128, 128, 128))),
]


def one_view(X):
    """Return the pictures as they are."""
    return [X]


def nine_views(X):
    """Return the pictures as they are and moved by a pixel each way."""
    padded = np.pad(X.reshape(-1, 28, 28), ((0, 0), (1, 1), (1, 1)))
    return [
        padded[:, top : top + 28, left : left + 28].reshape(X.shape)
        for top in range(3)
        for left in range(3)
    ]


# Networks and views that are read together too, by vote and by mean probability.
COMMITTEES = {
    "CNN, augmented": ([augmented_cnn()] * N_SEEDS, one_view),
    "five different CNNs, augmented": (DIFFERENT_CNNS, one_view),
    "five different CNNs, augmented, nine views": (DIFFERENT_CNNS, nine_views),
}


def chosen_alpha(scores):
    """Sweep the L2 factor over three folds of the training pictures."""

    def sweep():
        search = GridSearchCV(
            MLPDigitClassifier(random_state=0), {"alpha": ALPHAS}, cv=3, refit=False
        )
        results = search.fit(*mnist_uint8()).cv_results_
        return {
            "alpha": ALPHAS,
            "mean": results["mean_test_score"].tolist(),
            "std": results["std_test_score"].tolist(),
        }

    found = scores.measure("alpha by GridSearchCV", "0", sweep)
    return found["alpha"][int(np.argmax(found["mean"]))]


def seeded(estimators):
    """Give each estimator, or repetition of one, a seed of its own."""
    return [clone(one).set_params(random_state=i) for i, one in enumerate(estimators)]


def mistakes(estimators, views):
    """Fit, read the test pictures, and keep which are read wrong, and as what.

    Several networks or views are read together, by the mean of the probabilities.
    """
    X, y = mnist_uint8("test")
    probabilities, seconds = [], 0.0
    for estimator in estimators:
        reader, took = fitted(estimator)
        probabilities += [reader.predict_proba(view) for view in views(X)]
        seconds += took
    answers = reader.classes_[np.mean(probabilities, axis=0).argmax(axis=1)]
    wrong = np.flatnonzero(answers != y)
    return {
        "fit_s": round(seconds, 1),
        "wrong": {str(i): int(answers[i]) for i in wrong},
    }


def answers(found):
    """All answers of a reader, from its mistakes."""
    read = mnist_uint8("test")[1].copy()
    for index, label in found["wrong"].items():
        read[int(index)] = label
    return read


def percent(found):
    return 100 - len(found["wrong"]) / 100


def vote(readings):
    """Most frequent answer; of equally frequent ones the smallest."""
    counts = np.stack([np.bincount(column, minlength=10) for column in readings.T])
    return counts.argmax(axis=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="measure rows that start so")
    only = parser.parse_args().only
    scores = Scores("reading")
    alpha = chosen_alpha(scores)
    singles = {
        f"MLP 500-300, L2 only (alpha = {alpha:g})": (
            MLPDigitClassifier(alpha=alpha),
            "98.60",
        ),
        "MLP 1000-500-250, batch norm, adversarial": (ADVERSARIAL_MLP, "99.00"),
        "CNN as it comes": (CNNDigitClassifier(), "99.50"),
        "CNN as it comes, in bfloat16": (
            CNNDigitClassifier(precision="mixed_bfloat16"),
            "99.50",
        ),
    }
    readers = {
        name: ([estimator] * N_SEEDS, one_view, aim)
        for name, (estimator, aim) in singles.items()
    } | {name: (*committee, "99.65") for name, committee in COMMITTEES.items()}
    for name, (estimators, views, _) in readers.items():
        if name.startswith(only):
            five = seeded(estimators)
            for seed, one in enumerate(five):
                scores.measure(name, seed, partial(mistakes, [one], views))
            if name in COMMITTEES:
                scores.measure(together(name), "all", partial(mistakes, five, views))
    # Also what other runs have measured; a row needs two seeds to have a spread.
    found = {name: list(scores.known(name).values()) for name in readers}
    aims = {name: aim for name, (_, _, aim) in readers.items()}
    found = {name: seeds for name, seeds in found.items() if len(seeds) > 1}
    lines = table(found, aims)
    for name in COMMITTEES:
        lines += lines_of_five(name, found, scores.known(together(name)))
    scores.report(("network", "accuracy (%)", "seeds", "aim"), lines)


def table(found, aims):
    """Make the lines of the single networks."""
    return [
        (
            name,
            mean_and_deviation([percent(one) for one in seeds]),
            str(len(seeds)),
            aims[name],
        )
        for name, seeds in found.items()
    ]


def together(name):
    """Name the row of a committee that reads by the mean of its probabilities."""
    return f"{name}: mean of their probabilities"


def lines_of_five(name, found, read_together):
    """Make the lines of five augmented networks at once, where all are known."""
    if "all" not in read_together:
        return []
    y = mnist_uint8("test")[1]
    voted = vote(np.stack([answers(one) for one in found[name]]))
    accuracy = f"{(voted == y).mean() * 100:.2f}"
    single = answers(found["CNN as it comes"][0])
    only_vote, only_single = (
        int(((one == y) & (other != y)).sum())
        for one, other in ((voted, single), (single, voted))
    )
    # McNemar's exact test: of the pictures that only one of the two reads right.
    p = binomtest(only_vote, max(1, only_vote + only_single)).pvalue
    right = f"{only_vote} : {only_single}, p = {p:.1g}"
    return [
        (f"{name}: vote of the five", accuracy, "", "99.75"),
        ("only this vote : only one CNN as it comes is right", right, "", ""),
        (together(name), f"{percent(read_together['all']):.2f}", "", "99.75"),
    ]


if __name__ == "__main__":
    main()
