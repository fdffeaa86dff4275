"""Accuracy on the fifteen corruptions of MNIST-C, applied to MNIST's test images.

Columns: a plain convolutional network, the lab's, fitted on clean training images with
three seeds; the network of `load_classifier` on the images as they are; and
`load_classifier` as a whole, which normalizes them first. Scores that are already in
docs/benchmarks/mnist_c.json are not measured again: delete the file to start over.

Run ``python tests/benchmarks/mnist_c.py``, or with ``--shipped`` to fit nothing and
measure the last two columns only (ten minutes on one core).
"""

import argparse
from functools import cache

import numpy as np
from _scores import Scores, fit_cached, mean_and_deviation, mnist_uint8

from skdigits import CNNDigitClassifier
from skdigits.corruptions import mnist_c
from skdigits.pretrained import load_classifier

SEEDS = range(3)
CLEAN = "none"
COLUMNS = ("plain CNN", "load_classifier(), not normalized", "load_classifier()")


def plain_cnn(seed):
    """Return the lab's network, without augmentation."""
    return CNNDigitClassifier(
        ((32, 64),),
        padding="valid",
        batch_norm=False,
        dropout=0.2,
        hidden_layer_sizes=(64,),
        augmentation=None,
        label_smoothing=0.0,
        random_state=seed,
    )


@cache
def corrupted(name):
    """Return the corrupted test images, rows of uint8."""
    X, _ = mnist_uint8("test")
    return X if name == CLEAN else mnist_c(random_state=0)[name].transform(X)


def shipped(name):
    """Return the accuracies (%) of the classifier that comes with the package."""
    _, y = mnist_uint8("test")
    X, model = corrupted(name), load_classifier()
    return {
        COLUMNS[1]: 100 * float(model[-1].score(X, y)),
        COLUMNS[2]: 100 * float(model.score(X, y)),
    }


def plain(name, seed):
    """Return the accuracy (%) of a plain network."""
    _, y = mnist_uint8("test")
    return 100 * float(fit_cached(plain_cnn(seed))[0].score(corrupted(name), y))


def table(rows):
    """Return the lines of the table, and one with the mean over the corruptions."""
    columns = {
        # By seed, or one number.
        name: [row["plain"], *([row["shipped"][column]] for column in COLUMNS[1:])]
        for name, row in rows.items()
    }
    fifteen = [cells for name, cells in columns.items() if name != CLEAN]
    means = [np.mean(column, axis=0).tolist() for column in zip(*fifteen, strict=True)]
    return [
        (name, *map(text, cells))
        for name, cells in {**columns, "mean of the fifteen": means}.items()
    ]


def text(values):
    """Format accuracies of several seeds, of one model, or of none."""
    if not values:
        return "–"
    return f"{values[0]:.2f}" if len(values) == 1 else mean_and_deviation(values)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shipped", action="store_true", help="fit no networks")
    seeds = [] if parser.parse_args().shipped else SEEDS
    scores = Scores("mnist_c")
    rows = {}
    for name in (CLEAN, *mnist_c()):
        for seed in seeds:
            scores.measure(name, seed, lambda n=name, s=seed: plain(n, s))
        scores.measure(name, "shipped", lambda n=name: shipped(n))
        saved = scores.saved(name)
        rows[name] = {
            "plain": [saved[str(seed)] for seed in SEEDS if str(seed) in saved],
            "shipped": saved["shipped"],
        }
        corrupted.cache_clear()
    scores.report(("corruption", *COLUMNS), table(rows))


if __name__ == "__main__":
    main()
