"""What a model consists of, before it is stored and after it is loaded."""

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
from skdigits.persistence._trust import qualified, trusted_classes, trusted_functions

# Parameters that bring code along, or a place from where a later fit would unpickle.
_NOT_STORED = ("callbacks", "memory")
Shapes = list[tuple[int, ...]]

# Pixels of an image, units of a layer, side of a window.
_MAX_SETTING = 2**24
_MT19937_WORDS = 624


def check_model(model: Any) -> None:
    """Refuse whatever is no plain data, no trusted object, or does not fit together."""
    if not isinstance(model, BaseEstimator):
        raise ModelFileError(
            f"{type(model).__name__} is no estimator. Models, pipelines and searches "
            "can be stored."
        )
    todo = [(type(model).__name__, model)]
    seen: dict[int, Any] = {}
    while todo:
        path, value = todo.pop()
        if id(value) not in seen:
            seen[id(value)] = value  # alive, or its number could be given out again
            todo.extend(_parts(path, value))


def fill_defaults(model: Any) -> None:
    """Give the estimators of an older file the parameters that have come since."""
    todo, seen = [model], {id(model): model}
    while todo:
        value = todo.pop()
        if isinstance(value, BaseEstimator):
            for name, default in _defaults(type(value)).items():
                vars(value).setdefault(name, default)
        for _, part in _children("", value):
            if seen.setdefault(id(part), part) is part:
                todo.append(part)


def _parts(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Check one value; return what it holds."""
    if value is None or isinstance(value, bool | int | float | str | np.generic):
        return iter(())
    kind = type(value)
    if kind is np.random.RandomState:
        _check_random_state(path, value)
    elif kind in (np.ndarray, np.ma.MaskedArray):
        if value.dtype.kind not in "biufSUO":
            raise ModelFileError(f"{path} is an array of type {value.dtype}.")
    elif kind is FunctionType and value in trusted_functions().values():
        pass
    elif kind in trusted_classes().values():
        _check_object(path, value)
    elif kind not in (dict, Bunch, list, tuple):
        raise ModelFileError(
            f"{path} is of type {qualified(kind)}, which is not trusted. Set it to "
            "something plainer, or store a part of the model, such as best_estimator_ "
            "of a search."
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
    """Its compiled code would read wherever a wrong position points."""
    state = value.get_state(legacy=False)
    if (
        state["bit_generator"] != "MT19937"
        or len(state["state"]["key"]) != _MT19937_WORDS
        or not 0 <= state["state"]["pos"] <= _MT19937_WORDS
    ):
        raise ModelFileError(f"{path} is no sound state of a random generator.")


def _check_object(path: str, value: Any) -> None:
    kind, state = type(value), vars(value)
    parameters = _parameters(kind)
    for name in state:
        # Nothing in a file may take the place of a method or of a class's constant.
        if name not in parameters and hasattr(kind, name):
            raise ModelFileError(
                f"{path}.{name} would hide what {kind.__name__} itself has under this "
                "name. Delete it."
            )
    # Newer versions of scikit-learn name the estimator by a reference to it: a circle.
    if not isinstance(getattr(state.get("_metadata_request"), "owner", ""), str):
        raise ModelFileError(
            f"{path} has metadata requests, which cannot be stored. Delete them from "
            "a copy of the model, del copy._metadata_request, and request again after "
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
                f"to None first, as by set_params({name}=None)."
            )
    if hasattr(kind, "_parameter_constraints"):
        try:
            value._validate_params()
        except (ValueError, TypeError) as error:
            raise ModelFileError(f"{path}: {error!s:.500}") from None
    if isinstance(value, KerasEstimator) and "weights_" in state:
        _check_network(path, value)


def _check_network(path: str, estimator: KerasEstimator) -> None:
    """Refuse weights that are not those of the network that the settings describe."""
    weights, settings = estimator.weights_, _checked_settings(path, estimator)
    if not isinstance(weights, list) or not all(
        type(array) is np.ndarray and array.dtype == np.float32 for array in weights
    ):
        raise ModelFileError(f"{path}.weights_ is no list of float32 arrays.")
    if not _is_history(estimator.history_):
        raise ModelFileError(f"{path}.history_ is no record of epochs.")
    # Each layer that settings describe has weights: else there is no end to layers.
    if len(list(_leaves(settings))) > 32 + 2 * len(weights):
        raise ModelFileError(f"{path} describes more layers than it has weights for.")
    function = estimator._network_settings[0]
    expected, of_optimizer = _shapes(architecture(function, settings))
    _check_shapes(f"{path}.weights_", weights, expected)
    # None where nobody will go on; absent in files older than `partial_fit`.
    state = getattr(estimator, "_optimizer_state", None)
    if state is not None:
        _check_optimizer_state(f"{path}._optimizer_state", state)
        _check_shapes(f"{path}._optimizer_state", state, of_optimizer)


def _check_optimizer_state(path: str, state: Any) -> None:
    """Refuse what is no number of steps, followed by moments."""
    if not (
        isinstance(state, list)
        and len(state) > 0
        and isinstance(state[0], np.integer)
        and state[0] >= 0
        and all(type(array) is np.ndarray for array in state[1:])
        and all(array.dtype == np.float32 for array in state[1:])
    ):
        raise ModelFileError(f"{path} is no number of steps with float32 moments.")


def _check_shapes(path: str, arrays: Weights, expected: Shapes) -> None:
    given = [array.shape for array in arrays]
    if given != expected:
        raise ModelFileError(
            f"{path} has arrays of the shapes {_short(given)}, but the settings "
            f"describe a network with {_short(expected)}."
        )


def _checked_settings(path: str, estimator: KerasEstimator) -> dict[str, Any]:
    """Arguments of the network function, all of them small and as elsewhere stated."""
    shape, kind = estimator.image_shape_, type(estimator)
    function, settings = estimator._network_settings
    if function != estimator._architecture().function or type(settings) is not dict:
        raise ModelFileError(f"{path}._network_settings names {function!r:.80}.")
    # Names are for the constraints to check, which say nothing of sizes.
    told = {name: value for name, value in settings.items() if value is not None}
    named = {name for name, value in told.items() if isinstance(value, str)}
    for value in _leaves({name: told[name] for name in told.keys() - named}):
        if (
            not isinstance(value, bool | int | float)
            or not math.isfinite(value)
            or abs(value) > _MAX_SETTING
        ):
            raise ModelFileError(
                f"{path}._network_settings holds {value!r:.80}, which is no number or "
                f"beyond {_MAX_SETTING}."
            )
    known = told.keys() & _parameters(kind).keys()
    validate_parameter_constraints(
        kind._parameter_constraints, {name: told[name] for name in known}, path
    )
    stated: dict[str, Any] = {"image_shape": shape}
    if hasattr(estimator, "classes_"):
        if type(estimator.classes_) is not np.ndarray or estimator.classes_.ndim != 1:
            raise ModelFileError(f"{path}.classes_ is no array of labels.")
        stated["n_classes"] = len(estimator.classes_)
    wrong = {name for name, value in stated.items() if settings.get(name) != value}
    if wrong or estimator.n_features_in_ != math.prod(shape) or min(shape) < 1:
        raise ModelFileError(
            f"{path}: pictures, labels and network do not fit together."
        )
    return settings


def _is_history(history: Any) -> bool:
    return isinstance(history, dict) and all(
        isinstance(curve, list)
        and all(isinstance(value, int | float) for value in curve)
        for curve in history.values()
    )


def _leaves(settings: Any) -> Iterator[Any]:
    """Single values, and 0 for each tuple, so that empty ones count too."""
    if isinstance(settings, dict):
        settings = tuple(settings.values())
    if isinstance(settings, tuple):
        yield 0
        for part in settings:
            yield from _leaves(part)
    else:
        yield settings


@lru_cache(maxsize=32)
def _shapes(network: Architecture) -> tuple[Shapes, Shapes]:
    """Shapes of the weights and of Adam's state: steps, and two moments a weight."""
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


def _short(shapes: Shapes) -> str:
    return repr(shapes) if len(shapes) <= 6 else f"{shapes[:6]!r}..."
