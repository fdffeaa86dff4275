"""The pictures of a report: embedded, MNIST, or the user's own."""

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from skdigits._images import to_unit_range
from skdigits.datasets import fetch_mnist, load_small_digits
from skdigits.exceptions import DatasetError

TITLES = {"digits": "scikit-learn's 8x8 digits", "mnist": "MNIST"}
TEST_FRACTION = 0.25
QUICK_SIZES = 3000, 1000
# From so many training pictures on, passes over them are few and batches large.
LARGE = 10_000
# The networks halve the pictures three times.
SMALLEST_SIDE = 8
# A quarter is held out for testing, the rest is split in three folds.
SMALLEST_CLASS = 10
LAYOUT = "Expected arrays X, (n, height, width), and y, (n,), as of np.savez"

Array = NDArray[Any]


@dataclass(frozen=True)
class Pictures:
    """Stacks of pictures, (n, height, width), split once for all experiments."""

    title: str
    X_train: Array
    X_test: Array
    y_train: Array
    y_test: Array
    # Whether figures measured on MNIST can be compared.
    is_mnist: bool = False

    @property
    def is_large(self) -> bool:
        """Whether there are so many that few passes over them will do."""
        return len(self.X_train) >= LARGE


def is_dataset(word: str) -> bool:
    """Whether the word names a data set or can be the path of one."""
    return word in TITLES or Path(word).suffix == ".npz"


def load_pictures(dataset: str, *, quick: bool, seed: int) -> Pictures:
    """Load and split the pictures; raises `DatasetError` if there are none."""
    if dataset == "mnist":
        train, test = fetch_mnist(subset="train"), fetch_mnist(subset="test")
        parts = [train.images, test.images, train.target, test.target]
    else:
        if dataset == "digits":
            digits = load_small_digits()
            X, y = digits.images, digits.target
        else:
            X, y = _read_npz(Path(dataset))
        parts = train_test_split(
            X, y, test_size=TEST_FRACTION, stratify=y, random_state=seed
        )
    title = TITLES.get(dataset, Path(dataset).name)
    if quick:
        n_all = len(parts[0])
        parts = _subset(parts, seed)
        title += " (a subset)" if len(parts[0]) < n_all else ""
    X_train, X_test, y_train, y_test = parts
    return Pictures(title, X_train, X_test, y_train, y_test, dataset == "mnist")


def _subset(parts: list[Array], seed: int) -> list[Array]:
    """Draw as many pictures as a first look needs, with all classes."""
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


def _read_npz(path: Path) -> tuple[Array, Array]:
    """Read pictures and labels from a file of the user's."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in ("X", "y") if name in file}
    except FileNotFoundError:
        raise DatasetError(f"{path} does not exist. {LAYOUT}.") from None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DatasetError(f"cannot read {path} ({error}). {LAYOUT}.") from error
    except (AttributeError, TypeError) as error:  # np.save's single array
        raise DatasetError(f"{path} is no .npz file. {LAYOUT}.") from error
    for name in ("X", "y"):
        if name not in arrays:
            raise DatasetError(f"{path} holds no array {name}. {LAYOUT}.")
    X = _checked_pictures(path, arrays["X"])
    return X, _checked_labels(path, arrays["y"], len(X))


def _checked_pictures(path: Path, X: Array) -> Array:
    """Return the pictures as a stack of float32 in [0, 1], or say what is wrong."""
    if X.ndim == 4 and X.shape[3] == 1:
        X = X[..., 0]
    if X.ndim == 2:
        side = int(np.sqrt(X.shape[1]))
        if side**2 == X.shape[1]:
            X = X.reshape(-1, side, side)
    if X.ndim != 3:
        raise DatasetError(
            f"{path}: X has shape {X.shape}, which are no grey pictures. Save them as "
            "(n, height, width), or as rows if they are square."
        )
    if min(X.shape[1:]) < SMALLEST_SIDE:
        raise DatasetError(
            f"{path}: the pictures in X have {X.shape[1]}x{X.shape[2]} pixels, the "
            f"networks need {SMALLEST_SIDE}x{SMALLEST_SIDE} or more. Enlarge them."
        )
    if X.dtype != np.uint8 and not np.issubdtype(X.dtype, np.floating):
        raise DatasetError(
            f"{path}: X holds {X.dtype}. Save uint8 (0 to 255) or floats in [0, 1]: "
            "X.astype('uint8')."
        )
    X = to_unit_range(X).astype(np.float32)
    if not np.isfinite(X).all() or X.min(initial=0) < 0 or X.max(initial=0) > 1:
        raise DatasetError(
            f"{path}: X holds floats outside [0, 1], or NaN. Divide the pixels by the "
            "largest possible value, or save uint8."
        )
    return X


def _checked_labels(path: Path, y: Array, n_pictures: int) -> Array:
    """Return labels that classifiers take, or say what is wrong."""
    if y.shape != (n_pictures,):
        raise DatasetError(
            f"{path}: y has shape {y.shape}, expected ({n_pictures},): one label for "
            "each picture in X."
        )
    if np.issubdtype(y.dtype, np.floating) and (y == np.round(y)).all():
        y = y.astype(np.int64)
    if y.dtype.kind not in "iuUb":
        raise DatasetError(
            f"{path}: y holds {y.dtype}, expected classes: whole numbers or strings."
        )
    classes, counts = np.unique(y, return_counts=True)
    if len(classes) < 2:
        raise DatasetError(f"{path}: y holds {len(classes)} classes, expected several.")
    if counts.min() < SMALLEST_CLASS:
        raise DatasetError(
            f"{path}: class {classes[counts.argmin()]!s} has {counts.min()} pictures, "
            f"{SMALLEST_CLASS} or more are needed to split them for training and "
            "testing. Add pictures, or leave the class out."
        )
    return y
