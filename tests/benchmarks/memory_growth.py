"""Growth of resident memory over 500 fits of 100 small architectures, on Linux.

Run ``python tests/benchmarks/memory_growth.py``. The architectures take turns, so that
each fit compiles its network anew: only the last few are kept.
"""

import json
import sys

from _timing import RESULTS, machine
from memory import resident_mb

from skdigits import MLPDigitClassifier
from skdigits.datasets import load_small_digits

SIZES = [(first, second) for first in range(2, 12) for second in range(2, 12)]
N_TURNS = 5


def main():
    X, y = load_small_digits(return_X_y=True)
    resident = []  # after each turn, in MB
    for turn in range(N_TURNS):
        for sizes in SIZES:
            MLPDigitClassifier(sizes, epochs=1).fit(X[:200], y[:200])
        resident.append(resident_mb())
        sys.stdout.write(
            f"after {(turn + 1) * len(SIZES)} fits: {resident[-1]:.0f} MB\n"
        )
        sys.stdout.flush()
    growth = (resident[-1] - resident[0]) / (len(SIZES) * (N_TURNS - 1))
    facts = {
        "machine": machine(),
        "resident_mb": resident,
        "growth_mb_per_fit": growth,
    }
    sys.stdout.write(
        f"{growth:.3f} MB per fit, fits {len(SIZES)} to {len(SIZES) * N_TURNS}, on "
        f"{facts['machine']['processor']}\n"
    )
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "memory_growth.json").write_text(json.dumps(facts, indent=1) + "\n")


if __name__ == "__main__":
    main()
