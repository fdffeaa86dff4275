"""Validation of models, before they are stored and after they are loaded."""

import inspect
import math
from collections.abc import Iterator
from functools import lru_cache
from types import FunctionType
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import Bunch
from sklearn.utils._param_validation import validate_parameter_constraints

from skdigits._base import KerasEstimator
from skdigits._training import Weights
from skdigits.exceptions import ModelFileError
from skdigits.networks._architectures import Architecture, architecture
from skdigits.persistence._trust import (
    qualified_name,
    trusted_classes,
    trusted_functions,
)

# Parameters that hold code, or a folder from which a later fit would unpickle.
_NOT_STORED = ("callbacks", "memory")
Shapes = list[tuple[int, ...]]

# Pixels of an image, units of a layer, side of a window.
_MAX_SETTING = 2**24
_MT19937_WORDS = 624


def validate_model(model: Any) -> None:
    """Raise ModelFileError unless a model is trusted, plain data and consistent."""
    if not isinstance(model, BaseEstimator):
        raise ModelFileError(
            f"{type(model).__name__} is not an estimator. Models, pipelines and "
            "searches can be stored."
        )
    todo = [(type(model).__name__, model)]
    seen: dict[int, Any] = {}
    while todo:
        path, value = todo.pop()
        if id(value) not in seen:
            seen[id(value)] = value  # kept alive, so that its id is not reused
            todo.extend(_validate_value(path, value))


def fill_defaults(model: Any) -> None:
    """Set parameters that did not exist yet when the file was written."""
    todo, seen = [model], {id(model): model}
    while todo:
        value = todo.pop()
        if isinstance(value, BaseEstimator):
            for name, default in _defaults(type(value)).items():
                vars(value).setdefault(name, default)
        for _, part in _children("", value):
            if seen.setdefault(id(part), part) is part:
                todo.append(part)


def _validate_value(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Validate one value; return its children with their paths."""
    if value is None or isinstance(value, bool | int | float | str | np.generic):
        return iter(())
    kind = type(value)
    if kind is np.random.RandomState:
        _check_random_state(path, value)
    elif kind in (np.ndarray, np.ma.MaskedArray):
        if value.dtype.kind not in "biufSUO":
            raise ModelFileError(f"{path} is an array of dtype {value.dtype}.")
    elif kind is FunctionType and value in trusted_functions().values():
        pass
    elif kind in trusted_classes().values():
        _check_object(path, value)
    elif kind not in (dict, Bunch, list, tuple):
        raise ModelFileError(
            f"{path} is of type {qualified_name(kind)}, which is not trusted. Set it "
            "to plain data, or store a part of the model, such as best_estimator_ of "
            "a search."
        )
    return _children(path, value)


def _children(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from ((f"{path}[{key!r}]", part) for key, part in value.items())
    elif isinstance(value, list | tuple):
        yield from ((f"{path}[{index}]", part) for index, part in enumerate(value))
    elif isinstance(value, np.ndarray) and value.dtype.kind == "O":
        items = enumerate(np.ma.getdata(value).ravel().tolist())
        yield from ((f"{path}[{index}]", part) for index, part in items)
    elif type(value) in trusted_classes().values():
        yield from ((f"{path}.{name}", part) for name, part in vars(value).items())


def _check_random_state(path: str, value: np.random.RandomState) -> None:
    """Validate the state: with a wrong position, compiled code reads out of bounds."""
    state = value.get_state(legacy=False)
    if (
        state["bit_generator"] != "MT19937"
        or len(state["state"]["key"]) != _MT19937_WORDS
        or not 0 <= state["state"]["pos"] <= _MT19937_WORDS
    ):
        raise ModelFileError(f"{path} is not a valid state of a random generator.")


def _check_object(path: str, value: Any) -> None:
    kind, state = type(value), vars(value)
    parameters = _parameters(kind)
    for name in state:
        # A file must not replace a method or a class constant.
        if name not in parameters and hasattr(kind, name):
            raise ModelFileError(
                f"{path}.{name} would hide the attribute {name!r} of the class "
                f"{kind.__name__}. Delete it."
            )
    # Newer versions of scikit-learn store a circular reference to the estimator.
    if not isinstance(getattr(state.get("_metadata_request"), "owner", ""), str):
        raise ModelFileError(
            f"{path} has metadata requests, which cannot be stored. Delete them from "
            "a copy of the model, del copy._metadata_request, and set them again after "
            "loading."
        )
    if not isinstance(value, BaseEstimator):
        return
    for name in parameters:
        if name not in state:
            raise ModelFileError(f"{path} has no parameter {name!r}.")
    for name in _NOT_STORED:
        if state.get(name):
            raise ModelFileError(
                f"{path}.{name} is {state[name]!r:.80}, which cannot be stored. Set it "
                f"to None first, for example by set_params({name}=None)."
            )
    if hasattr(kind, "_parameter_constraints"):
        try:
            value._validate_params()
        except (ValueError, TypeError) as error:
            raise ModelFileError(f"{path}: {error!s:.500}") from None
    if isinstance(value, KerasEstimator) and "weights_" in state:
        _check_network(path, value)


def _check_network(path: str, estimator: KerasEstimator) -> None:
    """Raise ModelFileError unless weights and settings describe the same network."""
    weights, settings = estimator.weights_, _validate_settings(path, estimator)
    if not isinstance(weights, list) or not all(
        type(array) is np.ndarray and array.dtype == np.float32 for array in weights
    ):
        raise ModelFileError(f"{path}.weights_ is not a list of float32 arrays.")
    if not _is_history(estimator.history_):
        raise ModelFileError(f"{path}.history_ is not a dict of lists of numbers.")
    # Every layer has weights, which bounds the number of layers by the file size.
    if len(list(_leaves(settings))) > 32 + 2 * len(weights):
        raise ModelFileError(f"{path} describes more layers than it has weights for.")
    function = estimator._network_settings[0]
    expected, of_optimizer = _expected_shapes(architecture(function, settings))
    _check_shapes(f"{path}.weights_", weights, expected)
    # None if training cannot resume; absent in files older than `partial_fit`.
    state = getattr(estimator, "_optimizer_state", None)
    if state is not None:
        _check_optimizer_state(f"{path}._optimizer_state", state)
        _check_shapes(f"{path}._optimizer_state", state, of_optimizer)


def _check_optimizer_state(path: str, state: Any) -> None:
    """Raise ModelFileError unless the state is a number of steps, then moments."""
    if not (
        isinstance(state, list)
        and len(state) > 0
        and isinstance(state[0], np.integer)
        and state[0] >= 0
        and all(type(array) is np.ndarray for array in state[1:])
        and all(array.dtype == np.float32 for array in state[1:])
    ):
        raise ModelFileError(
            f"{path} is not a list of the number of steps and float32 moments."
        )


def _check_shapes(path: str, arrays: Weights, expected: Shapes) -> None:
    shapes = [array.shape for array in arrays]
    if shapes != expected:
        raise ModelFileError(
            f"{path} must have arrays of the shapes {_abbreviate(expected)}, got "
            f"{_abbreviate(shapes)}."
        )


def _validate_settings(path: str, estimator: KerasEstimator) -> dict[str, Any]:
    """Return the network's sizes; they must be small and match the estimator."""
    shape, kind = estimator.image_shape_, type(estimator)
    function, settings = estimator._network_settings
    if function != estimator._architecture().function or type(settings) is not dict:
        raise ModelFileError(f"{path}._network_settings names {function!r:.80}.")
    # Strings are checked by the parameter constraints, which do not bound sizes.
    present = {name: value for name, value in settings.items() if value is not None}
    strings = {name for name, value in present.items() if isinstance(value, str)}
    for value in _leaves({name: present[name] for name in present.keys() - strings}):
        if (
            not isinstance(value, bool | int | float)
            or not math.isfinite(value)
            or abs(value) > _MAX_SETTING
        ):
            raise ModelFileError(
                f"{path}._network_settings must hold numbers of at most {_MAX_SETTING},"
                f" got {value!r:.80}."
            )
    known = present.keys() & _parameters(kind).keys()
    validate_parameter_constraints(
        kind._parameter_constraints, {name: present[name] for name in known}, path
    )
    expected: dict[str, Any] = {"image_shape": shape}
    if hasattr(estimator, "classes_"):
        if type(estimator.classes_) is not np.ndarray or estimator.classes_.ndim != 1:
            raise ModelFileError(f"{path}.classes_ is not an array of labels.")
        expected["n_classes"] = len(estimator.classes_)
    wrong = {name for name, value in expected.items() if settings.get(name) != value}
    if wrong or estimator.n_features_in_ != math.prod(shape) or min(shape) < 1:
        raise ModelFileError(f"{path}: images, labels and network do not fit together.")
    return settings


def _is_history(history: Any) -> bool:
    return isinstance(history, dict) and all(
        isinstance(curve, list)
        and all(isinstance(value, int | float) for value in curve)
        for curve in history.values()
    )


def _leaves(settings: Any) -> Iterator[Any]:
    """Yield all values, and 0 for each tuple, so that empty tuples are counted."""
    if isinstance(settings, dict):
        settings = tuple(settings.values())
    if isinstance(settings, tuple):
        yield 0
        for part in settings:
            yield from _leaves(part)
    else:
        yield settings


@lru_cache(maxsize=32)
def _expected_shapes(network: Architecture) -> tuple[Shapes, Shapes]:
    """Return the shapes of the weights and of Adam's state (steps, then moments)."""
    weights = network.weights()
    moments = [w.shape for w in weights if w.trainable for _ in range(2)]
    return [w.shape for w in weights], [(), *moments]


def _parameters(kind: Any) -> dict[str, inspect.Parameter]:
    if not issubclass(kind, BaseEstimator):
        return {}
    return {
        name: inspect.signature(kind).parameters[name]
        for name in kind._get_param_names()
    }


def _defaults(kind: type) -> dict[str, Any]:
    return {
        name: parameter.default
        for name, parameter in _parameters(kind).items()
        if parameter.default is not parameter.empty
    }


def _abbreviate(shapes: Shapes) -> str:
    return repr(shapes) if len(shapes) <= 6 else f"{shapes[:6]!r}..."
