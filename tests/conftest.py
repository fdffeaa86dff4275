"""Settings that must stand before scipy and matplotlib are imported."""

import os

os.environ.setdefault("SCIPY_ARRAY_API", "1")  # else a scikit-learn check is skipped
os.environ.setdefault("MPLBACKEND", "Agg")

import tempfile
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from skdigits import MLPDigitClassifier
from skdigits.datasets import load_small_digits

# The same examples in each run; trainings take their time.
hypothesis.settings.register_profile(
    "skdigits", derandomize=True, deadline=None, database=None, max_examples=50
)
hypothesis.settings.load_profile("skdigits")


@pytest.fixture(scope="session")
def digits():
    """Embedded digits: 1,400 to train on, 397 to test on."""
    X, y = load_small_digits(return_X_y=True)
    parts = train_test_split(X, y, train_size=1400, stratify=y, random_state=0)
    for part in parts:
        part.setflags(write=False)  # nobody may change what they are given
    X_train, X_test, y_train, y_test = parts
    return X_train, y_train, X_test, y_test


@pytest.fixture
def read_only_folder():
    """A folder that this process may not write to, not even as root."""
    # Not in pytest's folder, which others may not even enter.
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    user = os.geteuid()
    if user == 0:
        # All is imported now: the package may lie where that user may not read.
        with tempfile.TemporaryDirectory() as memory:
            mlp = MLPDigitClassifier((1,), epochs=1, memory=memory, random_state=0)
            mlp.fit(np.eye(4), [0, 1, 0, 1])
        os.seteuid(65534)
    yield folder
    os.seteuid(user)
    folder.rmdir()
