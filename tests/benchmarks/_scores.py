"""Scores over seeds, saved to a JSON file one by one, so that a run can resume."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from _timing import RESULTS, machine, write_table
from sklearn.base import clone

Prepare = Callable[[Any], Any]

# Cache of fitted estimators that several tables use, on this machine only.
cache = joblib.Memory(Path(__file__).parent / ".cache", verbose=0)


@cache.cache
def fit_cached(estimator: Any, prepare: Prepare | None = None) -> tuple[Any, float]:
    """Fit on MNIST's training images; return the estimator and the time (s).

    `prepare`, if given, transforms the images first.
    """
    X, y = mnist_uint8()
    if prepare is not None:
        X = prepare(X)
    estimator = clone(estimator)  # joblib hashes the argument, so leave it unfitted
    start = time.perf_counter()
    estimator.fit(X, y)
    return estimator, time.perf_counter() - start


def mnist_uint8(subset: str = "train") -> tuple[Any, Any]:
    """Return MNIST's images, (n, 784) of ``uint8``, and their labels."""
    from skdigits.datasets import fetch_mnist

    X, y = fetch_mnist(subset=subset, return_X_y=True)
    return np.round(X * 255).astype("uint8"), y


class Scores:
    """Scores by row and seed, saved in ``docs/benchmarks/<name>.json``.

    Several processes may measure different rows of one file.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._path = RESULTS / f"{name}.json"

    def measure(self, row: str, seed: Any, measure: Callable[[], Any]) -> Any:
        """Return the saved score of a row and a seed, or measure and save it."""
        saved = self.saved(row)
        if str(seed) in saved:
            return saved[str(seed)]
        score = measure()
        rows = self._rows()
        rows.setdefault(row, {})[str(seed)] = score
        text = json.dumps({"machine": machine(), "rows": rows}, indent=1)
        self._path.write_text(text + "\n")
        sys.stderr.write(f"{row}, seed {seed}: {str(score)[:200]}\n")
        return score

    def saved(self, row: str) -> dict[str, Any]:
        """Return the saved scores of a row, by seed."""
        return self._rows().get(row, {})

    def _rows(self) -> dict[str, dict[str, Any]]:
        return json.loads(self._path.read_text())["rows"] if self._path.exists() else {}

    def report(self, header: tuple[str, ...], lines: list[tuple[str, ...]]) -> None:
        """Print a table and save it for the docs."""
        write_table(self._name, header, lines)


def mean_and_deviation(values: Any, digits: int = 2) -> str:
    """Format the mean and the sample standard deviation over seeds."""
    return f"{np.mean(values):.{digits}f} ± {np.std(values, ddof=1):.{digits}f}"
