"""Networks trained on MNIST read the embedded digits, normalised as MNIST's were.

The networks have the defaults of `CNNDigitClassifier` and never see the embedded digits
while they are trained. Scores already in docs/benchmarks/cross_check.json are not
measured again: delete it to start over.

Run ``python tests/benchmarks/cross_check.py`` (after ``reading.py``, whose networks it
takes, a minute; else it trains them first).
"""

import argparse

from _scores import Scores, fitted, mean_and_deviation, mnist_uint8

from skdigits import CNNDigitClassifier
from skdigits.datasets import load_small_digits
from skdigits.preprocessing import DigitNormalizer

AIMS = {
    "MNIST, test pictures": "",
    "embedded 8x8 digits, normalised": "90",
}


def percents(seed):
    """Accuracy of one network on MNIST's test pictures and all embedded digits."""
    digits = load_small_digits()
    pictures = DigitNormalizer().transform(digits.images), digits.target
    cnn, _ = fitted(CNNDigitClassifier(random_state=seed))
    tests = (mnist_uint8("test"), pictures)
    return {
        name: 100 * float(cnn.score(X, y))
        for name, (X, y) in zip(AIMS, tests, strict=True)
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="networks to measure (5)")
    scores = Scores("cross_check")
    for seed in range(parser.parse_args().seeds):
        scores.measure("CNN as it comes", seed, lambda s=seed: percents(s))
    found = list(scores.known("CNN as it comes").values())
    if len(found) > 1:  # one has no spread
        lines = [
            (
                name,
                mean_and_deviation([one[name] for one in found]),
                str(len(found)),
                aim,
            )
            for name, aim in AIMS.items()
        ]
        scores.report(("pictures", "accuracy (%)", "seeds", "aim"), lines)


if __name__ == "__main__":
    main()
