"""Growth of resident memory over 60 fits of changing alpha, on Linux.

Run ``python tests/benchmarks/memory.py``.
"""

import json
import os
import sys
from pathlib import Path

from _timing import RESULTS, machine

from skdigits import CNNDigitClassifier, MLPDigitClassifier
from skdigits.datasets import load_small_digits

N_FITS = 60
FIRST = 20  # all caches are warm by then


def resident_mb():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def growth_mb_per_fit(classifier):
    X, y = load_small_digits(return_X_y=True)
    resident = []
    for i in range(N_FITS):
        classifier.set_params(alpha=1e-6 * (i + 1), random_state=i)
        classifier.fit(X, y).predict(X)
        resident.append(resident_mb())
    return (resident[-1] - resident[FIRST - 1]) / (N_FITS - FIRST)


def main():
    growth = {
        "MLP 500-300": growth_mb_per_fit(MLPDigitClassifier(epochs=3)),
        "CNN": growth_mb_per_fit(CNNDigitClassifier(epochs=2)),
    }
    for name, value in growth.items():
        sys.stdout.write(f"{name}: {value:.3f} MB per fit, fits {FIRST} to {N_FITS}\n")
    facts = {"machine": machine(), "growth_mb_per_fit": growth}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "memory.json").write_text(json.dumps(facts, indent=1) + "\n")


if __name__ == "__main__":
    main()
