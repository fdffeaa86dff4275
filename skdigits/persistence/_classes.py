"""The classes that may be stored, from the table `classes.toml`."""

import inspect
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import import_module, resources
from typing import Any

from skdigits.exceptions import ModelFileError
from skdigits.persistence._kinds import Sizes, is_of_kind

# Settings of a process or machine, not of a model, on which a later fit would act.
NOT_STORED = frozenset({"callbacks", "memory", "n_jobs", "pre_dispatch", "verbose"})

# Fields of the table that are not attributes.
_FIELDS = ("module", "networks")


@cache
def _table() -> dict[str, dict[str, Any]]:
    text = resources.files("skdigits.persistence").joinpath("classes.toml").read_text()
    table = tomllib.loads(text)
    groups = table.pop("groups")
    for entry in table.values():
        for group in entry.pop("groups", ()):
            entry |= groups[group]
    return table


def stored_class(name: Any, path: str) -> Any:
    """Return the class of this name, or raise ModelFileError."""
    if not isinstance(name, str) or name not in _table():
        raise ModelFileError(
            f"{path or 'it'} is of class {name!r:.80}, which is not trusted. Only "
            "estimators of skdigits and some of scikit-learn are."
        )
    return getattr(import_module(_table()[name]["module"]), name)


def check_class(cls: type, path: str) -> None:
    """Raise ModelFileError if instances of a class cannot be stored."""
    name = cls.__name__
    if name not in _table() or stored_class(name, path) is not cls:
        raise ModelFileError(
            f"{path or 'it'} is of type {cls.__module__}.{cls.__qualname__}, which "
            "cannot be stored. Set it to plain data, or store a part of the model, "
            "such as best_estimator_ of a search."
        )


def parameters(cls: Any) -> list[str]:
    """Return the names of the stored parameters of a class."""
    return [
        name for name in inspect.signature(cls).parameters if name not in NOT_STORED
    ]


def attributes(cls: type) -> dict[str, Any]:
    """Return the names of the attributes that `fit` sets, and their kinds."""
    entry = _table()[cls.__name__]
    return {n.removeprefix("?"): entry[n] for n in entry if n not in _FIELDS}


def networks(cls: type) -> list[str]:
    """Return the functions of `skdigits.networks` that a class uses."""
    return _table()[cls.__name__]["networks"]


def check_fitted(cls: Any, fitted: Mapping[str, Any], path: str) -> None:
    """Raise ModelFileError unless a fit could have set these attributes."""
    for name in _table()[cls.__name__].keys() - fitted.keys() - set(_FIELDS):
        if not name.startswith("?"):
            raise ModelFileError(f"{path} has no attribute {name!r}.")
    sizes: Sizes = {}
    for name, value in fitted.items():
        if not is_of_kind(value, attributes(cls)[name], sizes):
            raise ModelFileError(
                f"{path}.{name} is not what a fitted {cls.__name__} has, or does not "
                f"fit its other attributes: {value!r:.80}."
            )
