"""Checks of parameters: valid, and small enough for a later fit."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from sklearn.utils._param_validation import validate_parameter_constraints

from skdigits._base import KerasEstimator
from skdigits._files import _limits
from skdigits.exceptions import ModelFileError
from skdigits.persistence._networks import check_network_size

# Stand for what an unfitted network has not seen.
_SEEN = {
    "image_shape_": (28, 28),
    "classes_": np.arange(10),
    "noise_amount_": 0.0,
}


def check_parameters(cls: Any, parameters: Mapping[str, Any], path: str) -> None:
    """Raise ModelFileError if the class does not accept a parameter."""
    constraints = getattr(cls, "_parameter_constraints", {})
    try:
        validate_parameter_constraints(constraints, parameters, cls.__name__)
    except (ValueError, TypeError) as error:
        raise ModelFileError(f"{path}: {error!s:.500}") from None
    for name, value in parameters.items():
        _check_limit(name, value, path)
    if issubclass(cls, KerasEstimator):
        _check_new_network(cls(**parameters), path)


def check_candidate(owner: Any, name: str, value: Any, path: str) -> None:
    """Raise ModelFileError if a fit with another value would create too much."""
    _check_limit(name, value, path)
    if isinstance(owner, KerasEstimator):
        parameters = owner.get_params(deep=False) | {name: value}
        _check_new_network(type(owner)(**parameters), path)


def _check_limit(name: str, value: Any, path: str) -> None:
    limit = _limits.PARAMETERS.get(name, _limits.PARAMETER)
    if any(number > limit for number in _integers(value)):
        raise ModelFileError(
            f"{path}: {name!r:.80} has an integer above {limit}, got {value!r:.80}."
        )


def _check_new_network(new: Any, path: str) -> None:
    vars(new).update(_SEEN)
    try:
        network = new._architecture()
        network.weights()
    except (ValueError, TypeError):  # `fit` raises it too, before it builds anything
        return
    check_network_size(network, path)


def _integers(value: Any) -> Iterator[int]:
    if isinstance(value, np.ndarray) and value.dtype.kind in "iu":
        yield int(value.max(initial=0))
    elif isinstance(value, int):
        yield value
    elif isinstance(value, dict):
        yield from _integers(list(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _integers(item)
