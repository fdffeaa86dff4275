"""What is timed; each function is called in a process of its own."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from _peers import Fit, mnist
from sklearn.model_selection import GridSearchCV

Task = Callable[[], Any]


def fit_mnist(peer: Callable[..., Fit], settings: dict[str, Any]) -> Task:
    """Fit on all of MNIST, after a short fit that pays what is paid once."""
    X, y = mnist()
    fit = peer(**settings)
    fit(X[:1000], y[:1000])
    return lambda: fit(X, y)


def fit_small_digits(peer: Callable[..., Fit], settings: dict[str, Any]) -> Task:
    """Fit on the embedded digits, after one such fit."""
    from skdigits.datasets import load_small_digits

    X, y = load_small_digits(return_X_y=True)
    X, y = X[:1437], y[:1437]
    fit = peer(**settings)
    fit(X, y)
    return lambda: fit(X, y)


def alpha_search(epochs: int, n_jobs: int | None = None) -> GridSearchCV:
    """Search over 5 values of alpha in 3 folds: 15 fits."""
    from skdigits import MLPDigitClassifier

    return GridSearchCV(
        MLPDigitClassifier(epochs=epochs, random_state=0),
        {"alpha": np.logspace(-6, -3, 5).tolist()},
        cv=3,
        n_jobs=n_jobs,
        refit=False,
    )


def predict(peer: Callable[..., Fit], settings: dict[str, Any], n: int) -> Task:
    """Predict `n` pictures of MNIST, after one such prediction."""
    X, y = mnist()
    fitted = peer(**settings)(X[:2000], y[:2000])
    pictures = X[:n]
    fitted.predict(pictures)
    return lambda: fitted.predict(pictures)


def import_module(name: str) -> Task:
    """Import a module in a fresh interpreter, whose own start is part of it."""
    return lambda: subprocess.run([sys.executable, "-c", f"import {name}"], check=True)
