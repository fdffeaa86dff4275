"""Accuracy of the classifiers on MNIST's 10,000 test images, over five seeds.

All settings were chosen by cross-validation or on a held-out part of the 60,000
training images. GridSearchCV chooses the L2 factor here. Scores that are already in
docs/benchmarks/reading.json are not measured again: delete the file to start over.

Run ``python tests/benchmarks/reading.py`` (about four hours on two cores).
"""

import argparse
from functools import partial

import numpy as np
from _recipes import THREE_CONVOLUTIONS
from _scores import Scores, fit_cached, mean_and_deviation, mnist_uint8
from scipy.stats import binomtest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from skdigits import CNNDigitClassifier, MLPDigitClassifier

N_SEEDS = 5
CNN_3 = "CNN with three convolutions"
ALPHAS = [1e-6, 1e-5, 3e-5, 1e-4, 3e-4]
ADVERSARIAL_MLP = MLPDigitClassifier(
    (1000, 500, 250),
    batch_norm=True,
    adversarial=1.0,
    epochs=20,
    learning_rate=4e-3,
)


def augmented_cnn(conv_blocks=((32,), (64, 64), (128, 128)), kernel_size=3):
    """Return a network that is trained with full augmentation."""
    settings = THREE_CONVOLUTIONS | {
        "conv_blocks": conv_blocks,
        "kernel_size": kernel_size,
        "dropout": 0.4,
        "augmentation": "full",
        "epochs": 30,
        "precision": "mixed_bfloat16",
    }
    return CNNDigitClassifier(**settings)


DIFFERENT_CNNS = [
    augmented_cnn(),
    augmented_cnn(((48,), (96, 96), (192, 192))),
    augmented_cnn(((32,), (64,), (128,)), kernel_size=5),
    augmented_cnn(kernel_size=5),
    augmented_cnn(((32,), (64, 64, 64), (128, 128, 128))),
]


def one_view(X):
    """Return the images unchanged, as the only view."""
    return [X]


def nine_views(X):
    """Return the images unchanged and shifted by one pixel in each direction."""
    padded = np.pad(X.reshape(-1, 28, 28), ((0, 0), (1, 1), (1, 1)))
    return [
        padded[:, top : top + 28, left : left + 28].reshape(X.shape)
        for top in range(3)
        for left in range(3)
    ]


# Ensembles of networks and views, combined by vote and by mean probability.
ENSEMBLES = {
    "CNN, augmented": ([augmented_cnn()] * N_SEEDS, one_view),
    "five different CNNs, augmented": (DIFFERENT_CNNS, one_view),
    "five different CNNs, augmented, nine views": (DIFFERENT_CNNS, nine_views),
}


def choose_alpha(scores):
    """Return the best L2 factor by three-fold cross-validation."""

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

    results = scores.measure("alpha by GridSearchCV", "0", sweep)
    return results["alpha"][int(np.argmax(results["mean"]))]


def set_seeds(estimators):
    """Return clones of the estimators, each with a different seed."""
    return [clone(one).set_params(random_state=i) for i, one in enumerate(estimators)]


def find_mistakes(estimators, views):
    """Fit, and return the misclassified test images with their predicted labels.

    The probabilities of several networks or views are averaged.
    """
    X, y = mnist_uint8("test")
    probabilities, seconds = [], 0.0
    for estimator in estimators:
        classifier, fit_s = fit_cached(estimator)
        probabilities += [classifier.predict_proba(view) for view in views(X)]
        seconds += fit_s
    y_pred = classifier.classes_[np.mean(probabilities, axis=0).argmax(axis=1)]
    wrong = np.flatnonzero(y_pred != y)
    return {
        "fit_s": round(seconds, 1),
        "wrong": {str(i): int(y_pred[i]) for i in wrong},
    }


def predictions(score):
    """Return all predicted labels, reconstructed from the mistakes."""
    y_pred = mnist_uint8("test")[1].copy()
    for index, label in score["wrong"].items():
        y_pred[int(index)] = label
    return y_pred


def percent(score):
    """Return the accuracy (%) on the 10,000 test images."""
    return 100 - len(score["wrong"]) / 100


def vote(predictions):
    """Return the most frequent label of each column, the smallest in case of ties."""
    counts = np.stack([np.bincount(column, minlength=10) for column in predictions.T])
    return counts.argmax(axis=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="prefix of the rows to measure")
    only = parser.parse_args().only
    scores = Scores("reading")
    alpha = choose_alpha(scores)
    singles = {
        f"MLP 500-300, L2 only (alpha = {alpha:g})": MLPDigitClassifier(alpha=alpha),
        "MLP 1000-500-250, batch norm, adversarial": ADVERSARIAL_MLP,
        "CNN as it comes": CNNDigitClassifier(),
        CNN_3: CNNDigitClassifier(**THREE_CONVOLUTIONS),
        f"{CNN_3}, in bfloat16": CNNDigitClassifier(
            **THREE_CONVOLUTIONS, precision="mixed_bfloat16"
        ),
    }
    networks = {
        name: ([estimator] * N_SEEDS, one_view) for name, estimator in singles.items()
    } | ENSEMBLES
    for name, (estimators, views) in networks.items():
        if name.startswith(only):
            members = set_seeds(estimators)
            for seed, one in enumerate(members):
                scores.measure(name, seed, partial(find_mistakes, [one], views))
            if name in ENSEMBLES:
                scores.measure(
                    mean_row(name), "all", partial(find_mistakes, members, views)
                )
    # Includes scores of other runs; a standard deviation needs two seeds.
    saved = {name: list(scores.saved(name).values()) for name in networks}
    saved = {name: seeds for name, seeds in saved.items() if len(seeds) > 1}
    lines = table(saved)
    for name in ENSEMBLES:
        lines += ensemble_rows(name, saved, scores.saved(mean_row(name)))
    scores.report(("network", "accuracy (%)", "seeds"), lines)


def table(saved):
    """Return the rows of single networks."""
    return [
        (name, mean_and_deviation([percent(one) for one in seeds]), str(len(seeds)))
        for name, seeds in saved.items()
    ]


def mean_row(name):
    """Return the name of the row of an ensemble with averaged probabilities."""
    return f"{name}: mean of their probabilities"


def ensemble_rows(name, saved, mean_scores):
    """Return the rows of an ensemble of five networks, if all are measured."""
    if "all" not in mean_scores:
        return []
    y = mnist_uint8("test")[1]
    voted = vote(np.stack([predictions(one) for one in saved[name]]))
    accuracy = f"{(voted == y).mean() * 100:.2f}"
    single = predictions(saved[CNN_3][0])
    only_vote, only_single = (
        int(((one == y) & (other != y)).sum())
        for one, other in ((voted, single), (single, voted))
    )
    # McNemar's exact test on the images that only one of the two classifies correctly.
    p = binomtest(only_vote, max(1, only_vote + only_single)).pvalue
    comparison = f"{only_vote} : {only_single}, p = {p:.1g}"
    return [
        (f"{name}: vote of the five", accuracy, ""),
        (f"only this vote : only one {CNN_3} is right", comparison, ""),
        (mean_row(name), f"{percent(mean_scores['all']):.2f}", ""),
    ]


if __name__ == "__main__":
    main()
