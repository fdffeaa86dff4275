"""Methods that some estimators of a class do not have."""

from collections.abc import Callable
from functools import partial
from types import MethodType
from typing import Any


class _AvailableMethod:
    """Method that is found on an estimator only if a check passes."""

    def __init__(self, method: Callable[..., Any], check: Callable[[Any], None]):
        self._method = method
        self._check = check

    def __get__(self, estimator: Any, owner: type | None = None) -> Any:
        if estimator is None:
            return self._method
        self._check(estimator)
        return MethodType(self._method, estimator)


def available_if(check: Callable[[Any], None]) -> Callable[[Callable[..., Any]], Any]:
    """Decorate a method that an estimator has unless `check` raises AttributeError.

    Unlike scikit-learn's decorator of this name, it keeps the reason in the message.
    """
    return partial(_AvailableMethod, check=check)
