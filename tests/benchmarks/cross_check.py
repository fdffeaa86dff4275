"""Networks trained on MNIST read the embedded digits, normalised as MNIST's were.

Run ``python tests/benchmarks/cross_check.py``. The networks have the defaults of
`CNNDigitClassifier` and never see the embedded digits while they are trained.
"""

import argparse
import csv
import json
import statistics
import sys

from _timing import RESULTS, machine

from skdigits import CNNDigitClassifier
from skdigits.datasets import fetch_mnist, load_small_digits
from skdigits.preprocessing import DigitNormalizer

AIM = 0.9


def accuracies(seed):
    """Accuracy on MNIST's test pictures and on all embedded digits."""
    train, test = fetch_mnist(subset="train"), fetch_mnist(subset="test")
    digits = load_small_digits()
    cnn = CNNDigitClassifier(random_state=seed).fit(train.images, train.target)
    return {
        "MNIST, test pictures": cnn.score(test.images, test.target),
        "embedded 8x8 digits, normalised": cnn.score(
            DigitNormalizer().transform(digits.images), digits.target
        ),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="networks to train (3)")
    seeds = range(max(2, parser.parse_args().seeds))  # one has no deviation
    runs = []
    for seed in seeds:
        runs.append(accuracies(seed))
        sys.stderr.write(f"seed {seed}: {runs[-1]}\n")
    rows = []
    for pictures in runs[0]:
        values = [run[pictures] for run in runs]
        rows.append(
            {
                "pictures": pictures,
                "mean_accuracy": statistics.mean(values),
                "std_accuracy": statistics.stdev(values),
                "accuracies": values,
            }
        )
    report(rows, list(seeds))


def report(rows, seeds):
    """Print the table; write it for the docs, and every accuracy as JSON."""
    RESULTS.mkdir(exist_ok=True)
    lines = [("read", "mean accuracy (%)", "std over seeds (%)")]
    for row in rows:
        mean, std = 100 * row["mean_accuracy"], 100 * row["std_accuracy"]
        lines.append((row["pictures"], f"{mean:.2f}", f"{std:.2f}"))
    with (RESULTS / "cross_check.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)
    facts = {
        "machine": machine(),
        "network": "CNNDigitClassifier(), trained on MNIST's 60,000 training pictures",
        "settings": CNNDigitClassifier().get_params(),
        "seeds": seeds,
        "aim": AIM,
        "rows": rows,
    }
    (RESULTS / "cross_check.json").write_text(json.dumps(facts, indent=1) + "\n")
    for line in lines:
        sys.stdout.write("  ".join(line) + "\n")


if __name__ == "__main__":
    main()
