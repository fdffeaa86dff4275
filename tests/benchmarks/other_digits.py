"""Accuracy on digits of other sources, and what the classifier rejects.

Nothing was trained on these sources. A `CNNDigitClassifier` of three convolutions,
trained on MNIST, is compared with `load_classifier`: its images are either only
inverted, if the border is light, and resized to 28x28 pixels, or normalized.

The 8x8 digits come with scikit-learn. The other sources are read from the folder of the
environment variable SKDIGITS_PICTURES, and left out if it is not set.

Run ``python tests/benchmarks/other_digits.py`` (five minutes for each seed on two
cores, unless ``reading.py`` has trained the networks).
"""

import argparse

import numpy as np
from _other_digits import folder, labelled, sources
from _recipes import THREE_CONVOLUTIONS
from _scores import Scores, fit_cached, mnist_uint8
from _timing import write_table
from PIL import Image

from skdigits import CNNDigitClassifier
from skdigits.preprocessing import DigitNormalizer
from skdigits.pretrained import load_classifier

N_BINS = 15
COLUMNS = ("CNN, resized", "CNN, normalized", "load_classifier()")


def resized(image):
    """Invert an image with a light border, and resize it."""
    scale = 255 if image.dtype == np.uint8 else 1
    grey = np.asarray(image, np.float32) / scale
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    grey = 1 - grey if np.median(border) > 0.5 else grey
    return np.asarray(Image.fromarray(grey).resize((28, 28)))


def accuracies(images, labels, n_seeds):
    """Return the accuracy (%) of each column: a list over seeds, or one number."""
    small = np.clip(np.stack([resized(image) for image in images]), 0, 1)
    normalized = np.stack(DigitNormalizer().transform(images))
    networks = [
        fit_cached(CNNDigitClassifier(**THREE_CONVOLUTIONS, random_state=seed))[0]
        for seed in range(n_seeds)
    ]
    return {
        COLUMNS[0]: [100 * float(cnn.score(small, labels)) for cnn in networks],
        COLUMNS[1]: [100 * float(cnn.score(normalized, labels)) for cnn in networks],
        COLUMNS[2]: [100 * float(load_classifier()[-1].score(normalized, labels))],
    }


def calibration_error(confidence, is_right):
    """Return the expected calibration error in %, over bins of equal width."""
    bins = np.ceil(confidence * N_BINS).astype(int)
    gaps = [
        (bins == one).mean()
        * abs(confidence[bins == one].mean() - is_right[bins == one].mean())
        for one in np.unique(bins)
    ]
    return 100 * float(np.sum(gaps))


def sureness():
    """Return figures of how well the classifier knows what it does not know."""
    model = load_classifier()
    X, y = mnist_uint8("test")
    probabilities, scores = model.predict_proba(X), model.score_samples(X)
    is_right = model.classes_[probabilities.argmax(axis=1)] == y
    surest = scores >= np.quantile(scores, 0.01)
    figures = {
        "MNIST test: expected calibration error (%)": calibration_error(
            probabilities.max(axis=1), is_right
        ),
        "MNIST test: accuracy of the surest 99 % (%)": 100 * is_right[surest].mean(),
    }
    answers = [
        (model.score_samples(images), model.predict(images) == labels)
        for name, images, labels in sources()
    ][2:]
    if answers:
        scores_, right = map(np.concatenate, zip(*answers, strict=True))
        surest_ = scores_ >= np.quantile(scores_, 0.05)
        figures["folders: accuracy of the surest 95 % (%)"] = (
            100 * right[surest_].mean()
        )
    if folder() is not None:
        images, _ = labelled(folder() / "non_digits")
        rejected = model.score_samples(images) < np.quantile(scores, 0.01)
        figures[f"other things ({len(images)}), rejected (%)"] = 100 * rejected.mean()
    return {name: float(value) for name, value in figures.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="networks per column (3)")
    n_seeds = parser.parse_args().seeds
    scores = Scores("other_digits")
    X, y = mnist_uint8("test")
    tests = [("MNIST, test images", list(X.reshape(-1, 28, 28)), y), *sources()]
    lines = []
    for name, images, labels in tests:
        row = scores.measure(
            name, n_seeds, lambda i=images, y=labels: accuracies(i, y, n_seeds)
        )
        cells = [f"{np.mean(row[column]):.2f}" for column in COLUMNS]
        lines.append((name, str(len(labels)), *cells))
    scores.report(("source", "images", *COLUMNS), lines)
    figures = scores.measure("sureness", "load_classifier", sureness)
    write_table(
        "sureness",
        ("measure", "value"),
        [(name, f"{value:.2f}") for name, value in figures.items()],
    )


if __name__ == "__main__":
    main()
