"""Trusted types of model files; all others are refused."""

import inspect
from collections.abc import Callable, Mapping, Set
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

# Estimators and tools of scikit-learn that contain our estimators, or are used with
# them in a pipeline. Their methods are Python code on NumPy arrays: with wrong values
# they raise errors or return wrong results. Trees, neighbours and support vectors are
# excluded, as their compiled code does not check indices.
_SKLEARN = {
    "sklearn.calibration": (
        *("CalibratedClassifierCV", "_CalibratedClassifier", "_SigmoidCalibration"),
    ),
    "sklearn.decomposition": ("PCA",),
    "sklearn.ensemble": (
        *("AdaBoostClassifier", "BaggingClassifier"),
        *("StackingClassifier", "VotingClassifier"),
    ),
    "sklearn.frozen": ("FrozenEstimator",),
    "sklearn.linear_model": ("LogisticRegression",),
    "sklearn.mixture": ("GaussianMixture",),
    "sklearn.metrics._scorer": ("_PassthroughScorer", "_Scorer"),
    "sklearn.model_selection": (
        *("GridSearchCV", "RandomizedSearchCV", "KFold", "StratifiedKFold"),
        *("ShuffleSplit", "StratifiedShuffleSplit"),
    ),
    "sklearn.model_selection._search_successive_halving": (
        *("HalvingGridSearchCV", "HalvingRandomSearchCV"),
    ),
    "sklearn.pipeline": ("Pipeline",),
    "sklearn.preprocessing": (
        *("LabelEncoder", "MaxAbsScaler", "MinMaxScaler", "Normalizer"),
        "StandardScaler",
    ),
    "sklearn.semi_supervised": ("SelfTrainingClassifier",),
    "sklearn.utils._metadata_requests": ("MetadataRequest", "MethodMetadataRequest"),
}

# Modules of this package whose public estimators are trusted.
_OURS = ("skdigits", "skdigits.preprocessing")

_SCALARS = (
    *(np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32),
    *(np.uint64, np.float16, np.float32, np.float64, np.str_),
)


def qualified_name(value: Any) -> str:
    """Return the qualified name of a class or function, as in a file."""
    return f"{value.__module__}.{value.__qualname__}"


@cache
def trusted_classes() -> Mapping[str, type]:
    """Return the classes whose instances are trusted, by qualified name."""
    ours = [
        value
        for module in map(import_module, _OURS)
        for value in map(module.__getattribute__, module.__all__)
        if inspect.isclass(value) and issubclass(value, BaseEstimator)
    ]
    theirs = [
        getattr(import_module(module), name)
        for module, names in _SKLEARN.items()
        for name in names
    ]
    return {qualified_name(cls): cls for cls in (*ours, *theirs)}


@cache
def trusted_functions() -> Mapping[str, Callable[..., Any]]:
    """Return the functions of scikit-learn's named scorers, by qualified name."""
    from sklearn.metrics import get_scorer, get_scorer_names

    functions = (get_scorer(name)._score_func for name in get_scorer_names())
    return {qualified_name(function): function for function in functions}


def trusted_names(loader: str) -> Set[str]:
    """Return the types that a node may name; none if its loader is not trusted."""
    return _names().get(loader, frozenset())


@cache
def _names() -> Mapping[str, Set[str]]:
    scalars = {qualified_name(scalar) for scalar in _SCALARS}
    python = {qualified_name(scalar) for scalar in (bool, float, int, str)}
    return {
        "DictNode": {"builtins.dict", "sklearn.utils._bunch.Bunch"},
        "FunctionNode": set(trusted_functions()),
        "JsonNode": {"builtins.str"},
        "ListNode": {"builtins.list"},
        "MaskedArrayNode": {"numpy.ma.MaskedArray", "numpy.ma.core.MaskedArray"},
        "NdArrayNode": {"numpy.ndarray", *scalars},
        "ObjectNode": set(trusted_classes()),
        "RandomStateNode": {"numpy.random.mtrand.RandomState"},
        "TupleNode": {"builtins.tuple"},
        "TypeNode": {*python, *scalars},
    }


@cache
def all_trusted_names() -> list[str]:
    """Return all trusted names, to pass to `skops.io.load`."""
    loaders = ("DictNode", "FunctionNode", "MaskedArrayNode", "ObjectNode", "TypeNode")
    return sorted({name for loader in loaders for name in trusted_names(loader)})
