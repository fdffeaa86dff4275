"""Records of finished experiments, from which an interrupted report resumes."""

import dataclasses
import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib

from skdigits import __version__
from skdigits.report._data import Dataset
from skdigits.report._experiment import Column, KeyFigure, Plot, Result, Table

# Packages whose versions can change the results.
PACKAGES = "scikit-learn", "keras", "tensorflow", "numpy"


def versions() -> dict[str, str]:
    """Return the versions of the packages that can change the results."""
    return {"skdigits": __version__} | {name: version(name) for name in PACKAGES}


def run_key(dataset: Dataset, *, quick: bool, seed: int) -> str:
    """Return a digest of everything that determines the results."""
    inputs = {
        "dataset": joblib.hash(dataset),
        "seed": seed,
        "quick": quick,
        "versions": versions(),
        "code": _code_digest(),
    }
    return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()[:16]


def _code_digest() -> str:
    """Return a digest of the package's code, which can change without its version."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def to_json(key: str, seconds: float, result: Result) -> str:
    """Return a result as JSON, without its figures."""
    plots = [dataclasses.replace(plot, figure=None) for plot in result.plots]
    stored = dataclasses.asdict(dataclasses.replace(result, plots=plots))
    record = {"key": key, "seconds": seconds, "result": stored}
    return json.dumps(record, indent=1, ensure_ascii=False, default=_to_python_scalar)


def from_json(text: str, key: str) -> tuple[Result, float] | None:
    """Parse a result and its time (s); None if corrupted or of another run."""
    try:
        record = json.loads(text)
        if record["key"] != key:
            return None
        return _parse_result(record["result"]), float(record["seconds"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _parse_result(stored: dict[str, Any]) -> Result:
    tables = [
        Table(**one | {"columns": [Column(**column) for column in one["columns"]]})
        for one in stored["tables"]
    ]
    return Result(
        method=stored["method"],
        conclusion=stored["conclusion"],
        plots=[Plot(**one) for one in stored["plots"]],
        tables=tables,
        key_figures=[KeyFigure(**one) for one in stored["key_figures"]],
    )


def _to_python_scalar(value: Any) -> Any:
    """Convert a NumPy scalar to a Python number or string."""
    return value.item()
