"""Settings that must stand before scipy and matplotlib are imported."""

import os

os.environ.setdefault("SCIPY_ARRAY_API", "1")  # else a scikit-learn check is skipped
os.environ.setdefault("MPLBACKEND", "Agg")

import pytest
from sklearn.model_selection import train_test_split

from skdigits.datasets import load_small_digits


@pytest.fixture(scope="session")
def digits():
    """Embedded digits: 1,400 to train on, 397 to test on."""
    X, y = load_small_digits(return_X_y=True)
    parts = train_test_split(X, y, train_size=1400, stratify=y, random_state=0)
    for part in parts:
        part.setflags(write=False)  # nobody may change what they are given
    X_train, X_test, y_train, y_test = parts
    return X_train, y_train, X_test, y_test
