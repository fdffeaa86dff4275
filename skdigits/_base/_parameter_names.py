"""Errors for parameters that other libraries have under another name."""

import inspect
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import wraps
from typing import Any

from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import StrOptions

# Names in scikit-learn, Keras or other wrappers, and ours.
_OUR_NAMES = {
    "max_iter": "epochs",
    "n_epochs": "epochs",
    "num_epochs": "epochs",
    "nb_epoch": "epochs",
    "learning_rate_init": "learning_rate",
    "lr": "learning_rate",
    "seed": "random_state",
    "patience": "n_iter_no_change",
    "validation_split": "validation_fraction",
    "input_shape": "image_shape",
}


class Activations(StrOptions):
    """Names of activations; the message has ours for scikit-learn's "logistic"."""

    def __str__(self) -> str:
        return f"{super().__str__()} (scikit-learn's 'logistic' is 'sigmoid')"


def name_unknown_parameters(init: Callable[..., None]) -> Callable[..., None]:
    """Let a constructor name its own parameter in place of an unknown one."""
    parameters = inspect.signature(init).parameters
    if any(one.kind is one.VAR_KEYWORD for one in parameters.values()):
        return init
    names = [*parameters][1:]

    @wraps(init)
    def checked(self: Any, *args: Any, **options: Any) -> None:
        for name in options:
            if name not in names:
                raise TypeError(_message(type(self).__name__, name, names))
        init(self, *args, **options)

    return checked


def refuse_unknown_parameters(estimator: BaseEstimator, params: Iterable[str]) -> None:
    """Raise ValueError for names that are not those of its parameters."""
    names = [*inspect.signature(type(estimator)).parameters]
    for name in params:
        if name.partition("__")[0] not in names:
            raise ValueError(_message(type(estimator).__name__, name, names))


def _message(estimator: str, name: str, names: list[str]) -> str:
    ours = _OUR_NAMES.get(name)
    if ours not in names:
        ours = next(iter(get_close_matches(name, names, n=1)), None)
    hint = f"pass {ours}" if ours else f"its parameters are {', '.join(names)}"
    return f"{estimator} has no parameter {name}: {hint}."
