"""Records of finished experiments, from which an interrupted report resumes."""

import dataclasses
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import joblib

from skdigits import __version__
from skdigits.report._data import Dataset
from skdigits.report._experiment import Result

MAX_RECORD_SIZE = 2**24  # bytes
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


@dataclass(frozen=True)
class _Record:
    key: str
    seconds: float
    result: Result


def to_json(key: str, seconds: float, result: Result) -> str:
    """Return a result as JSON, without its figures and pages."""
    plots = [dataclasses.replace(plot, figure=None) for plot in result.plots]
    pages = [dataclasses.replace(page, write=None) for page in result.pages]
    result = dataclasses.replace(result, plots=plots, pages=pages)
    record = _Record(key, seconds, result)
    return json.dumps(dataclasses.asdict(record), indent=1, default=_to_python_scalar)


def from_json(data: bytes, key: str) -> tuple[Result, float] | None:
    """Parse a result and its time (s); None if of another run.

    A ValueError says what is damaged. A page can be made of what is returned.
    """
    if len(data) > MAX_RECORD_SIZE:
        raise ValueError(f"it has more than {MAX_RECORD_SIZE} bytes")
    try:
        stored = json.loads(data)
        stored_key = stored.get("key") if isinstance(stored, dict) else None
        if isinstance(stored_key, str) and stored_key != key:
            return None  # perhaps of another version, with other fields
        record = _parse(_Record, stored, "record")
        for table in record.result.tables:
            table.formatted_rows()
    except (TypeError, ArithmeticError, RecursionError) as error:
        raise ValueError(str(error)) from error
    return record.result, record.seconds


def _parse(kind: Any, value: Any, name: str) -> Any:
    """Return JSON as a value of the type `kind`, of which every part is checked."""
    origin, arguments = get_origin(kind), get_args(kind)
    if dataclasses.is_dataclass(kind):
        return _parse_fields(kind, _parse(dict, value, name), name)
    if origin is Sequence:
        return [_parse(arguments[0], one, name) for one in _parse(list, value, name)]
    if origin is Annotated:
        text, pattern = _parse(str, value, name), arguments[1]
        if not re.fullmatch(pattern, text):
            raise ValueError(f"{name} does not match {pattern}")
        return text
    kinds = arguments or (kind,)
    if type(value) is int and float in kinds and int not in kinds:
        return float(value)
    if type(value) not in kinds:
        raise ValueError(f"{name} is a {type(value).__name__}")
    return value


def _parse_fields(kind: Any, values: dict[str, Any], name: str) -> Any:
    """Return an instance of a dataclass."""
    hints = get_type_hints(kind, None, {"Figure": NoneType}, include_extras=True)
    if values.keys() != hints.keys():
        raise ValueError(f"{name} has not the fields {', '.join(hints)}")
    return kind(**{one: _parse(hint, values[one], one) for one, hint in hints.items()})


def _to_python_scalar(value: Any) -> Any:
    """Convert a NumPy scalar to a Python number or string."""
    return value.item()
