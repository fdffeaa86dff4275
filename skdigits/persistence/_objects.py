"""Models as descriptions: written from estimators, and built through constructors.

An object is described by the name of its class, its parameters, and the attributes that
`fit` set. All are checked before the object is built.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sklearn import config_context
from sklearn.base import BaseEstimator

from skdigits._base import KerasEstimator
from skdigits._files._arrays import pack, unpack
from skdigits._files._values import Reader, Writer, join
from skdigits.exceptions import ModelFileError
from skdigits.persistence import _classes
from skdigits.persistence._derived import set_derived
from skdigits.persistence._networks import check_network
from skdigits.persistence._parameters import check_parameters
from skdigits.persistence._searches import check_search, storable

_FIELDS = {"class", "parameters", "fitted", "output", "requests"}
# Methods whose metadata requests are stored.
_METHODS = ("fit", "partial_fit", "predict", "score", "transform")


def to_bytes(model: Any) -> bytes:
    """Return the bytes of a file that holds a model."""
    if not isinstance(model, BaseEstimator):
        raise ModelFileError(
            f"{type(model).__name__} is not an estimator. Models, pipelines and "
            "searches can be stored."
        )
    return pack(model, _describe)


def from_bytes(data: bytes) -> Any:
    """Return the model that a file of these bytes holds."""
    model = unpack(data, _build)
    if not isinstance(model, BaseEstimator):
        raise ModelFileError("it does not hold a model.")
    return model


def _describe(writer: Writer, value: Any, path: str) -> dict[str, Any]:
    cls, state = type(value), vars(value)
    _classes.check_class(cls, path)

    def values(names: Iterable[str]) -> dict[str, Any]:
        return {
            name: writer.value(storable(name, state[name]), join(path, name))
            for name in names
            if name in state
        }

    node = {
        "class": cls.__name__,
        "parameters": values(_classes.parameters(cls)),
        "fitted": values(_classes.attributes(cls)),
        "output": state.get("_sklearn_output_config", {}).get("transform"),
        "requests": {
            method: request.requests
            for method, request in _requests(state).items()
            if method in _METHODS and request.requests
        },
    }
    return {name: field for name, field in node.items() if field}


def _requests(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the metadata that an object was set to request, by method."""
    return vars(state["_metadata_request"]) if "_metadata_request" in state else {}


def _build(reader: Reader, node: Any, path: str) -> Any:
    if not isinstance(node, dict) or not node.keys() <= _FIELDS:
        raise ModelFileError(f"{path} does not describe an object.")
    cls = _classes.stored_class(node.get("class"), path)
    place = path or cls.__name__

    def values(field: str, known: Iterable[str]) -> dict[str, Any]:
        nodes = node.get(field, {})
        for name in nodes.keys() - set(known):
            raise ModelFileError(f"{place} has {name!r:.80}, unknown to its class.")
        return {k: reader.value(v, join(path, k)) for k, v in nodes.items()}

    parameters = values("parameters", _classes.parameters(cls))
    check_parameters(cls, parameters, place)
    model = cls(**parameters)
    if fitted := values("fitted", _classes.attributes(cls)):
        _classes.check_fitted(cls, fitted, place)
        vars(model).update(fitted)
    if isinstance(model, KerasEstimator) and fitted:
        check_network(model, place)
    check_search(model, place)
    set_derived(model)
    _configure(model, node)
    return model


def _configure(model: Any, node: Mapping[str, Any]) -> None:
    """Set the container of outputs and the requests for metadata."""
    if "output" in node:
        model.set_output(transform=node["output"])
    with config_context(enable_metadata_routing=True):
        for method, requests in node.get("requests", {}).items():
            if method not in _METHODS:
                raise ModelFileError(f"it requests metadata for {method!r:.80}.")
            getattr(model, f"set_{method}_request")(**requests)
