"""What is kept of a finished experiment, so that it need not be run again."""

import dataclasses
import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib

from skdigits import __version__
from skdigits.report._data import Pictures
from skdigits.report._experiment import Column, KeyFigure, Picture, Result, Table

# They decide the numbers, and so what may be read back.
PACKAGES = "scikit-learn", "keras", "tensorflow", "numpy"


def versions() -> dict[str, str]:
    """Versions of the packages that decide the numbers."""
    return {"skdigits": __version__} | {name: version(name) for name in PACKAGES}


def run_key(pictures: Pictures, *, quick: bool, seed: int) -> str:
    """Digest of all that decides what the experiments find."""
    decisive = {
        "pictures": joblib.hash(pictures),
        "seed": seed,
        "quick": quick,
        "versions": versions(),
        "code": _code_digest(),
    }
    return hashlib.sha256(json.dumps(decisive).encode()).hexdigest()[:16]


def _code_digest() -> str:
    """Digest of this package's code, which can change without its version."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def to_json(key: str, seconds: float, result: Result) -> str:
    """Write a result, without its drawings."""
    pictures = [dataclasses.replace(one, figure=None) for one in result.pictures]
    stored = dataclasses.asdict(dataclasses.replace(result, pictures=pictures))
    record = {"key": key, "seconds": seconds, "result": stored}
    return json.dumps(record, indent=1, ensure_ascii=False, default=_plain)


def from_json(text: str, key: str) -> tuple[Result, float] | None:
    """Read a result and its seconds, unless it is damaged or of another run."""
    try:
        record = json.loads(text)
        if record["key"] != key:
            return None
        return _result(record["result"]), float(record["seconds"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _result(stored: dict[str, Any]) -> Result:
    tables = [
        Table(**one | {"columns": [Column(**column) for column in one["columns"]]})
        for one in stored["tables"]
    ]
    return Result(
        method=stored["method"],
        conclusion=stored["conclusion"],
        pictures=[Picture(**one) for one in stored["pictures"]],
        tables=tables,
        key_figures=[KeyFigure(**one) for one in stored["key_figures"]],
    )


def _plain(value: Any) -> Any:
    """Turn a number or string of NumPy's into Python's."""
    return value.item()
