"""Timed tasks; each function is called in a separate process."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

from _peers import Fit, mnist

Task = Callable[[], Any]


def fit_mnist(peer: Callable[..., Fit], settings: dict[str, Any]) -> Task:
    """Fit on all of MNIST, after a short fit as warm-up."""
    X, y = mnist()
    fit = peer(**settings)
    fit(X[:1000], y[:1000])
    return lambda: fit(X, y)


def fit_small_digits(peer: Callable[..., Fit], settings: dict[str, Any]) -> Task:
    """Fit on the 8x8 digits, after one such fit as warm-up."""
    from skdigits.datasets import load_small_digits

    X, y = load_small_digits(return_X_y=True)
    X, y = X[:1437], y[:1437]
    fit = peer(**settings)
    fit(X, y)
    return lambda: fit(X, y)


def predict(peer: Callable[..., Fit], settings: dict[str, Any], n: int) -> Task:
    """Predict `n` images of MNIST, after one such prediction as warm-up."""
    X, y = mnist()
    estimator = peer(**settings)(X[:2000], y[:2000])
    images = X[:n]
    estimator.predict(images)
    return lambda: estimator.predict(images)


def import_module(name: str) -> Task:
    """Import a module in a new interpreter, including the start of the interpreter."""
    return lambda: subprocess.run([sys.executable, "-c", f"import {name}"], check=True)
