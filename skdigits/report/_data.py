"""The dataset of a report: embedded digits, MNIST, or an .npz file."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from skdigits._files._npz import load_npz
from skdigits._files._text import one_line
from skdigits._images import to_unit_range
from skdigits.datasets import fetch_mnist, load_small_digits
from skdigits.exceptions import DatasetError

TITLES = {"digits": "scikit-learn's 8x8 digits", "mnist": "MNIST"}
TEST_FRACTION = 0.25
QUICK_SIZES = 3000, 1000
# Training sets of this size or more get fewer epochs and larger batches.
MIN_LARGE_SIZE = 10_000
# The networks halve the height and width three times.
MIN_SIDE = 8
# A quarter is held out for testing, the rest is split into three folds.
MIN_CLASS_SIZE = 10
MAX_CLASSES = 100  # for plots of a panel each
MAX_LABEL = 50  # characters
MAX_EXACT_INTEGER = 2**53
EXPECTED_FORMAT = "Expected arrays X, (n, height, width), and y, (n,), as of np.savez"

Array = NDArray[Any]


@dataclass(frozen=True)
class Dataset:
    """Stacks of images, (n, height, width), split once for all experiments."""

    title: str
    X_train: Array
    X_test: Array
    y_train: Array
    y_test: Array
    # Whether results can be compared with those of the lab.
    is_mnist: bool = False

    @property
    def is_large(self) -> bool:
        """Whether the training set is large enough for few epochs."""
        return len(self.X_train) >= MIN_LARGE_SIZE


def is_dataset_name(name: str) -> bool:
    """Return whether this is the name of a dataset or a path of an .npz file."""
    return name in TITLES or Path(name).suffix == ".npz"


def load_dataset(name: str, *, quick: bool, seed: int) -> Dataset:
    """Load and split a dataset; raises `DatasetError` if that fails."""
    if name == "mnist":
        train, test = fetch_mnist(subset="train"), fetch_mnist(subset="test")
        parts = [train.images, test.images, train.target, test.target]
    else:
        if name == "digits":
            digits = load_small_digits()
            X, y = digits.images, digits.target
        else:
            X, y = _load_npz(Path(name))
        parts = train_test_split(
            X, y, test_size=TEST_FRACTION, stratify=y, random_state=seed
        )
    title = TITLES.get(name, Path(name).name)
    if quick:
        n_all = len(parts[0])
        parts = _subsample(parts, seed)
        title += " (a subset)" if len(parts[0]) < n_all else ""
    X_train, X_test, y_train, y_test = parts
    return Dataset(title, X_train, X_test, y_train, y_test, name == "mnist")


def _subsample(parts: list[Array], seed: int) -> list[Array]:
    """Return a stratified subset of the images for a quick run."""
    X_train, X_test, y_train, y_test = parts
    for size, (X, y) in zip(
        QUICK_SIZES, [(X_train, y_train), (X_test, y_test)], strict=True
    ):
        if len(X) > size:
            X, _, y, _ = train_test_split(
                X, y, train_size=size, stratify=y, random_state=seed
            )
        if size == QUICK_SIZES[0]:
            X_train, y_train = X, y
        else:
            X_test, y_test = X, y
    return [X_train, X_test, y_train, y_test]


def _load_npz(path: Path) -> tuple[Array, Array]:
    """Load and validate images and labels from an .npz file."""
    arrays = load_npz(path, ["X", "y"], solution=f"{EXPECTED_FORMAT}.")
    X = _validate_images(path, arrays["X"])
    return X, _validate_labels(path, arrays["y"], len(X))


def _validate_images(path: Path, X: Array) -> Array:
    """Return the images as a stack of float32 in [0, 1], or raise DatasetError."""
    if X.ndim == 4 and X.shape[3] == 1:
        X = X[..., 0]
    if X.ndim == 2:
        side = math.isqrt(X.shape[1])
        if side**2 == X.shape[1]:
            X = X.reshape(len(X), side, side)
    if X.ndim != 3:
        raise DatasetError(
            f"{path}: X must hold grayscale images, got shape {X.shape}. Save them as "
            "(n, height, width), or as (n, n_pixels) if they are square."
        )
    if min(X.shape[1:]) < MIN_SIDE:
        raise DatasetError(
            f"{path}: the images in X must have {MIN_SIDE}x{MIN_SIDE} pixels or more, "
            f"got {X.shape[1]}x{X.shape[2]}. Enlarge them."
        )
    if X.dtype != np.uint8 and not np.issubdtype(X.dtype, np.floating):
        raise DatasetError(
            f"{path}: X must be uint8 (0 to 255) or floats in [0, 1], got {X.dtype}. "
            "Convert it: X.astype('uint8')."
        )
    X = to_unit_range(X)
    # NaN is not in [0, 1] either.
    if not (X.min(initial=0) >= 0 and X.max(initial=0) <= 1):
        raise DatasetError(
            f"{path}: the floats in X must be in [0, 1] and not NaN. Divide the pixels "
            "by the largest possible value, or save uint8."
        )
    return X.astype(np.float32, copy=False)


def _validate_labels(path: Path, y: Array, n_images: int) -> Array:
    """Return labels that classifiers accept, or raise DatasetError."""
    if y.shape != (n_images,):
        raise DatasetError(
            f"{path}: y must have shape ({n_images},), one label for each image in X; "
            f"got {y.shape}."
        )
    if np.issubdtype(y.dtype, np.floating) and _are_integers(y):
        y = y.astype(np.int64)
    if y.dtype.kind not in "iuUb":
        raise DatasetError(
            f"{path}: the labels in y must be integers or strings, got {y.dtype}."
        )
    classes, counts = np.unique(y, return_counts=True)
    if len(classes) < 2:
        raise DatasetError(
            f"{path}: y must have two classes or more, got {len(classes)}."
        )
    if len(classes) > MAX_CLASSES:
        raise DatasetError(
            f"{path}: y must have at most {MAX_CLASSES} classes, got {len(classes)}."
        )
    for label in map(str, classes):
        if not label.strip() or not label.isprintable() or len(label) > MAX_LABEL:
            raise DatasetError(
                f"{path}: the labels in y must be at most {MAX_LABEL} printable "
                f"characters, got '{one_line(label, MAX_LABEL)}'. Rename the class."
            )
    if counts.min() < MIN_CLASS_SIZE:
        raise DatasetError(
            f"{path}: each class must have {MIN_CLASS_SIZE} images or more for "
            f"training and testing, got {counts.min()} of class "
            f"{classes[counts.argmin()]!s}. Add images, or remove the class."
        )
    return y


def _are_integers(y: Array) -> bool:
    """Return whether floats are integers of which none is rounded."""
    return bool(((y == np.round(y)) & (abs(y) < np.float64(MAX_EXACT_INTEGER))).all())
