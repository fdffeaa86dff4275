"""Kinds of attributes in the table of classes: types, axes, and lengths that agree."""

import math
from collections.abc import Callable
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from skdigits._files import _limits

Sizes = dict[str, int]

_TYPES = {
    "bool": bool,
    "dict": dict,
    "estimator": BaseEstimator,
    "none": type(None),
    "text": str,
}
# Kinds of dtypes of arrays.
_ARRAYS = {"floats": "f", "integers": "iu", "labels": "biufUO"}
_ACCEPTS: dict[str, Callable[[Any], bool]] = {
    "any": lambda _: True,
    "count": lambda value: isinstance(value, Integral) and int(value) >= 0,
    "method": lambda value: value in ("predict_proba", "decision_function", "predict"),
    "number": lambda value: isinstance(value, Real) and math.isfinite(value),
    "positive": lambda value: isinstance(value, Real) and 0 < float(value) < math.inf,
}


def is_of_kind(value: Any, kind: str | list[str], sizes: Sizes) -> bool:
    """Return whether a value is of a kind, or of one of several.

    Named lengths are compared with, and added to, those in `sizes`.
    """
    if isinstance(kind, list):
        return any(is_of_kind(value, one, sizes) for one in kind)
    name, *rest = kind.split()
    if name in _TYPES:
        return isinstance(value, _TYPES[name])
    if name in _ARRAYS:
        return _is_array(value, _ARRAYS[name], rest, sizes)
    if name == "list":
        length, _, *item_kind = rest
        return (
            type(value) is list
            and _agrees(sizes, length, len(value))
            and all(is_of_kind(item, " ".join(item_kind), sizes) for item in value)
        )
    if name == "size":
        is_size = type(value) is int and 1 <= value <= _limits.N_PIXELS
        return is_size and _agrees(sizes, rest[0], value)
    if name == "shape":
        return _is_image_shape(value) and _agrees(sizes, rest[0], math.prod(value))
    if name == "object":
        return type(value).__name__ == rest[0]
    return _ACCEPTS[name](value)


def _is_image_shape(value: Any) -> bool:
    return (
        type(value) is tuple
        and len(value) == 2
        and all(type(side) is int and side >= 1 for side in value)
    )


def _is_array(value: Any, dtypes: str, axes: list[str], sizes: Sizes) -> bool:
    return (
        type(value) is np.ndarray
        and value.dtype.kind in dtypes
        and value.ndim == len(axes)
        and all(_agrees(sizes, *axis) for axis in zip(axes, value.shape, strict=True))
        and (value.dtype.kind in "UO" or bool(np.isfinite(value).all()))
    )


def _agrees(sizes: Sizes, name: str, length: int) -> bool:
    return sizes.setdefault(name, length) == length
