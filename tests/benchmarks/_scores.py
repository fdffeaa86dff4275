"""Scores over seeds, kept in a JSON file as they come, so that a run can go on."""

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

# Fitted estimators that more than one table needs, on this machine only.
cache = joblib.Memory(Path(__file__).parent / ".cache", verbose=0)


@cache.cache
def fitted(estimator: Any, prepare: Prepare | None = None) -> tuple[Any, float]:
    """Fit on MNIST's training pictures, prepared if asked; also seconds taken."""
    X, y = mnist_uint8()
    if prepare is not None:
        X = prepare(X)
    estimator = clone(estimator)  # what is fitted would be cached as another one
    start = time.perf_counter()
    estimator.fit(X, y)
    return estimator, time.perf_counter() - start


def mnist_uint8(subset: str = "train") -> tuple[Any, Any]:
    """MNIST's pictures as rows of ``uint8``, and their labels."""
    from skdigits.datasets import fetch_mnist

    X, y = fetch_mnist(subset=subset, return_X_y=True)
    return np.round(X * 255).astype("uint8"), y


class Scores:
    """What was measured, by row and seed, in ``docs/benchmarks/<name>.json``.

    Several processes may share out the rows of one file.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._path = RESULTS / f"{name}.json"

    def measure(self, row: str, seed: Any, measure: Callable[[], Any]) -> Any:
        """Return what is known of a row and a seed; measure and keep it if nothing."""
        known = self.known(row)
        if str(seed) in known:
            return known[str(seed)]
        found = measure()
        rows = self._rows()
        rows.setdefault(row, {})[str(seed)] = found
        text = json.dumps({"machine": machine(), "rows": rows}, indent=1)
        self._path.write_text(text + "\n")
        sys.stderr.write(f"{row}, seed {seed}: {str(found)[:200]}\n")
        return found

    def known(self, row: str) -> dict[str, Any]:
        """Return what has been measured of a row, by seed."""
        return self._rows().get(row, {})

    def _rows(self) -> dict[str, dict[str, Any]]:
        return json.loads(self._path.read_text())["rows"] if self._path.exists() else {}

    def report(self, header: tuple[str, ...], lines: list[tuple[str, ...]]) -> None:
        """Print a table and write it for the docs."""
        write_table(self._name, header, lines)


def mean_and_deviation(values: Any, digits: int = 2) -> str:
    """Write mean and standard deviation (of a sample) over seeds."""
    return f"{np.mean(values):.{digits}f} ± {np.std(values, ddof=1):.{digits}f}"
