"""What a model file may consist of; everything else is refused by name."""

import inspect
from collections.abc import Callable, Mapping, Set
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

# Tools of scikit-learn that hold our estimators or stand beside them in a pipeline.
# Their methods are Python on NumPy arrays: with wrong numbers inside they raise errors
# or answer nonsense. Trees, neighbours and support vectors are left out, since their
# compiled code trusts the indices it finds.
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

# Modules of this package whose public classes may stand in a file.
_OURS = ("skdigits", "skdigits.preprocessing")

_SCALARS = (
    *(np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32),
    *(np.uint64, np.float16, np.float32, np.float64, np.str_),
)


def qualified(value: Any) -> str:
    """Name of a class or function, as in a file."""
    return f"{value.__module__}.{value.__qualname__}"


@cache
def trusted_classes() -> Mapping[str, type]:
    """Classes whose objects may stand in a file, by qualified name."""
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
    return {qualified(cls): cls for cls in (*ours, *theirs)}


@cache
def trusted_functions() -> Mapping[str, Callable[..., Any]]:
    """Functions behind the scorers that scikit-learn knows by name."""
    from sklearn.metrics import get_scorer, get_scorer_names

    functions = (get_scorer(name)._score_func for name in get_scorer_names())
    return {qualified(function): function for function in functions}


def trusted_names(loader: str) -> Set[str]:
    """Types that a node of a file may name; none for loaders that are not trusted."""
    return _names().get(loader, frozenset())


@cache
def _names() -> Mapping[str, Set[str]]:
    scalars = {qualified(scalar) for scalar in _SCALARS}
    python = {qualified(scalar) for scalar in (bool, float, int, str)}
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
    """Names to hand to skops, which asks for those it does not trust by itself."""
    loaders = ("DictNode", "FunctionNode", "MaskedArrayNode", "ObjectNode", "TypeNode")
    return sorted({name for loader in loaders for name in trusted_names(loader)})
