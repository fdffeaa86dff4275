"""Accuracy on the fifteen corruptions of MNIST-C, applied to MNIST's test images.

Columns: a plain convolutional network, the lab's, and `CNNDigitClassifier()` as it
comes, both fitted on clean training images; the networks of `load_classifier` on the
images as they are, and behind its normalizer; and `CNNDigitClassifier` fitted with
`RandomAppearance` and none of the corruptions, on the images as they are, and averaged
with its answers behind `DigitNormalizer`. Scores that are already in
docs/benchmarks/mnist_c.json are not measured again: delete the file to start over.

Run ``python tests/benchmarks/mnist_c.py`` (three hours on one core), or with
``--seeds 0`` to fit nothing and measure `load_classifier` only.
"""

import argparse

import numpy as np
from _recipes import THREE_CONVOLUTIONS
from _scores import Scores, cache, fit_cached, mean_and_deviation, mnist_uint8

from skdigits import CNNDigitClassifier
from skdigits.corruptions import RandomAppearance, mnist_c
from skdigits.preprocessing import DigitNormalizer
from skdigits.pretrained import load_classifier

CLEAN = "none"
AS_IS, BOTH = "robust, as is", "robust, both views"
SHIPPED = ("package, as is", "package, normalized")
PLAIN = ("plain CNN", "default CNN")
COLUMNS = (*PLAIN, *SHIPPED, AS_IS, BOTH)


def plain_cnn(seed):
    """Return the lab's network, without augmentation."""
    return CNNDigitClassifier(
        ((32, 64),),
        kernel_size=3,
        padding="valid",
        batch_norm=False,
        hidden_layer_sizes=64,
        augmentation=None,
        label_smoothing=0.0,
        random_state=seed,
    )


def robust_cnn(seed):
    """Return the network of docs/corruptions.rst, which learns no corruption."""
    settings = THREE_CONVOLUTIONS | {"epochs": 12}
    return CNNDigitClassifier(
        **settings,
        augmentation={"elastic": 0.04},
        noise=RandomAppearance(),
        random_state=seed,
    )


@cache.cache
def corrupted(name):
    """Return the corrupted test images, rows of uint8."""
    X, _ = mnist_uint8("test")
    return X if name == CLEAN else mnist_c(random_state=0)[name].transform(X)


@cache.cache
def normalized(name):
    """Return the corrupted test images as `load_classifier` normalizes them."""
    images = DigitNormalizer().transform(corrupted(name).reshape(-1, 28, 28))
    return images.reshape(len(images), -1)


def accuracy(probabilities):
    """Return the accuracy (%) on the test images."""
    _, y = mnist_uint8("test")
    return 100 * float(np.mean(probabilities.argmax(axis=1) == y))


def trained_on_clean(column, estimator, name):
    """Return the accuracy (%) of a network that is fitted on clean images."""
    cnn = fit_cached(estimator)[0]
    return {column: accuracy(cnn.predict_proba(corrupted(name)))}


def robust(name, seed):
    """Return the accuracies (%) of a network that was fitted with RandomAppearance."""
    cnn = fit_cached(robust_cnn(seed))[0]
    as_is = cnn.predict_proba(corrupted(name))
    both = as_is + cnn.predict_proba(normalized(name))
    return {AS_IS: accuracy(as_is), BOTH: accuracy(both)}


def shipped(name):
    """Return the accuracies (%) of the classifier that comes with the package."""
    _, y = mnist_uint8("test")
    network = load_classifier()[-1]
    return {
        SHIPPED[0]: 100 * float(network.score(corrupted(name), y)),
        SHIPPED[1]: 100 * float(network.score(normalized(name), y)),
    }


def by_column(row):
    """Return the accuracies of each column, one for each seed."""
    columns = {column: [] for column in COLUMNS}
    for scores in row.values():
        for column, score in scores.items():
            columns[column].append(score)
    return list(columns.values())


def table(rows):
    """Return the lines of the table, and one with the mean over the corruptions."""
    columns = {name: by_column(row) for name, row in rows.items()}
    fifteen = [cells for name, cells in columns.items() if name != CLEAN]
    columns["mean of the fifteen"] = [
        np.mean(column, axis=0).tolist() for column in zip(*fifteen, strict=True)
    ]
    return [(name, *map(text, cells)) for name, cells in columns.items()]


def text(values):
    """Format accuracies of several seeds, of one model, or of none."""
    if not values:
        return "–"
    return f"{values[0]:.2f}" if len(values) == 1 else mean_and_deviation(values)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="networks of each kind")
    seeds = range(parser.parse_args().seeds)
    scores = Scores("mnist_c")
    for name in (CLEAN, *mnist_c()):
        scores.measure(name, "shipped", lambda n=name: shipped(n))
        for seed in seeds:
            clean = plain_cnn(seed), CNNDigitClassifier(random_state=seed)
            for column, cnn in zip(PLAIN, clean, strict=True):
                scores.measure(
                    name,
                    f"{column} {seed}",
                    lambda c=column, e=cnn, n=name: trained_on_clean(c, e, n),
                )
            scores.measure(name, f"robust {seed}", lambda n=name, s=seed: robust(n, s))
    rows = {name: scores.saved(name) for name in (CLEAN, *mnist_c())}
    scores.report(("corruption", *COLUMNS), table(rows))


if __name__ == "__main__":
    main()
