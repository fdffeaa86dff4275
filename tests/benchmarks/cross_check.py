"""Accuracy of networks trained on MNIST on the normalized 8x8 digits.

The networks have the default settings of `CNNDigitClassifier` and are not trained on
the 8x8 digits. Scores that are already in docs/benchmarks/cross_check.json are not
measured again: delete the file to start over.

Run ``python tests/benchmarks/cross_check.py``. It takes a minute after ``reading.py``,
whose cached networks it uses; otherwise it trains them first.
"""

import argparse

from _scores import Scores, fit_cached, mean_and_deviation, mnist_uint8

from skdigits import CNNDigitClassifier
from skdigits.datasets import load_small_digits
from skdigits.preprocessing import DigitNormalizer

# Also keys of the JSON file.
NAMES = "MNIST, test images", "embedded 8x8 digits, normalized"


def accuracies(seed):
    """Return the accuracy (%) of one network on MNIST's test images and 8x8 digits."""
    digits = load_small_digits()
    normalized = DigitNormalizer().transform(digits.images), digits.target
    cnn, _ = fit_cached(CNNDigitClassifier(random_state=seed))
    tests = (mnist_uint8("test"), normalized)
    return {
        name: 100 * float(cnn.score(X, y))
        for name, (X, y) in zip(NAMES, tests, strict=True)
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="number of networks (5)")
    scores = Scores("cross_check")
    for seed in range(parser.parse_args().seeds):
        scores.measure("CNN as it comes", seed, lambda s=seed: accuracies(s))
    saved = list(scores.saved("CNN as it comes").values())
    if len(saved) > 1:  # a single score has no spread
        lines = [
            (name, mean_and_deviation([one[name] for one in saved]), str(len(saved)))
            for name in NAMES
        ]
        scores.report(("images", "accuracy (%)", "seeds"), lines)


if __name__ == "__main__":
    main()
