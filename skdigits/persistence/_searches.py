"""Grids and results of searches."""

from collections.abc import Iterator
from typing import Any

from skdigits._files import _limits
from skdigits.exceptions import ModelFileError
from skdigits.persistence._classes import NOT_STORED
from skdigits.persistence._parameters import check_candidate

_GRIDS = ("param_grid", "param_distributions")
# What a search by successive halving may increase: nothing that spawns or allocates.
_RESOURCES = ("n_samples", "epochs", "max_iter", "n_estimators")


def storable(name: str, value: Any) -> Any:
    """Return the part of a parameter or attribute of this name that is stored."""
    if name == "cv_results_":
        value = {k: v for k, v in value.items() if not k.startswith("param_")}
    if name in (*_GRIDS, "best_params_", "cv_results_"):
        return _without_process_settings(value)
    return value


def check_search(model: Any, path: str) -> None:
    """Raise ModelFileError if a search may set more than a file may ask for."""
    grids = [getattr(model, name, None) for name in _GRIDS]
    shown = [vars(model).get(name) for name in ("best_params_", "cv_results_")]
    for name in _names([*grids, *shown]):
        if _last(name) in NOT_STORED:
            raise ModelFileError(f"{path} lists {name!r:.80}, which is not stored.")
    resource = getattr(model, "resource", "n_samples")
    if _last(resource) not in _RESOURCES:
        raise ModelFileError(f"{path} has the resource {resource!r:.80}.")
    candidates = list(_candidates(grids))
    if len(candidates) > _limits.N_CANDIDATES:
        raise ModelFileError(f"{path} lists more than {_limits.N_CANDIDATES} values.")
    for name, value in candidates:
        owner_name, _, own_name = name.rpartition("__")
        owner = (
            model.estimator.get_params()[owner_name] if owner_name else model.estimator
        )
        check_candidate(owner, own_name, value, f"{path} with {name}")


def _without_process_settings(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(map(_without_process_settings, value))
    if not isinstance(value, dict):
        return value
    return {
        name: _without_process_settings(item)
        for name, item in value.items()
        if _last(name) not in NOT_STORED
    }


def _names(value: Any) -> Iterator[str]:
    """Yield the keys of all dictionaries in a value."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _names(item)


def _candidates(grids: list[Any]) -> Iterator[tuple[str, Any]]:
    for grid in grids:
        if isinstance(grid, list | tuple):
            yield from _candidates(list(grid))
        elif grid is not None:
            for name, values in grid.items():
                yield from ((name, value) for value in values)


def _last(name: Any) -> str:
    """Return the parameter's own name, without those of the steps."""
    return str(name).rpartition("__")[2]
