"""Warnings that name the line of the user's code."""

import warnings
from inspect import currentframe

# Packages between that line and the warning.
_PACKAGES = {"joblib", "scikeras", "skdigits", "sklearn"}


def warn_user(message: str, category: type[Warning]) -> None:
    """Warn as if the code that called this package, or scikit-learn, had warned."""
    frame, level = currentframe(), 1
    while frame and frame.f_globals["__name__"].split(".")[0] in _PACKAGES:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=level)
