"""Fit methods that change the estimator at their end, all at once or not at all."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, TypeVar

from sklearn.base import BaseEstimator, _fit_context

Method = TypeVar("Method", bound=Callable[..., Any])


def fit_method(method: Method) -> Method:
    """Decorate a method that fits: it fits a copy, which the estimator then becomes.

    A fit that fails or is interrupted therefore leaves the estimator as it was, and
    nobody sees one that is half fitted. Parameters are validated before the fit.
    An error about missing or unknown arguments names the estimator's own class.
    """
    arguments = signature(method)
    call = f"{method.__name__}({', '.join([*arguments.parameters][1:])})"
    fit = _fit_context(prefer_skip_nested_validation=True)(method)

    @wraps(method)
    def fit_copy(estimator: BaseEstimator, *args: Any, **kwargs: Any) -> BaseEstimator:
        try:
            arguments.bind(estimator, *args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{type(estimator).__name__}.{call}: {error}.") from None
        # Not copy.copy, which leaves out what a subclass does not pickle.
        copy = object.__new__(type(estimator))
        vars(copy).update(vars(estimator))
        fit(copy, *args, **kwargs)
        estimator.__dict__ = vars(copy)
        return estimator

    return fit_copy  # type: ignore[return-value]
