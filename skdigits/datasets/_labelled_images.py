"""Labelled images of one's own: an .npz file, or a folder of images for each label."""

import math
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import Bunch

from skdigits._files._npz import load_npz
from skdigits._files._text import one_line
from skdigits._images import to_unit_range
from skdigits.exceptions import DatasetError

# The networks halve the height and width three times.
_MIN_SIDE = 8
# For a split into training and test images, and of the former into folds.
_MIN_CLASS_SIZE = 10
_MAX_CLASSES = 100
_MAX_LABEL = 50  # characters
_MAX_EXACT_INTEGER = 2**53
_EXPECTED_FORMAT = "Expected arrays X, (n, height, width), and y, (n,), as of np.savez"

Array = NDArray[Any]


def load_labelled_images(path: str | os.PathLike[str]) -> Bunch:
    """Load images and labels from an .npz file, or from a folder per label.

    Parameters
    ----------
    path : str or os.PathLike
        File with arrays ``X``, of shape (n, height, width) or (n, n_pixels) and dtype
        ``uint8`` or floats in [0, 1], and ``y`` of shape (n,), as of `numpy.savez`; or
        a folder that has a folder of image files for each label, named like the label.

    Returns
    -------
    digits : Bunch
        ``images``: of a file an ndarray of shape (n, height, width), float32 in [0, 1];
        of a folder a list of ``uint8`` arrays of shape (height, width), in the order of
        the sorted paths. ``target``: ndarray of shape (n,) with the labels, integers if
        all names of the folders are integers.

    Raises
    ------
    DatasetError
        If the file or folder is missing, damaged or of another format, has fewer than
        two labels or more than 100, or fewer than ten images of a label.
    PictureError
        If an image cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from skdigits.datasets import load_labelled_images
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "mine.npz")
    ...     np.savez(file, X=np.zeros((20, 28, 28), "uint8"), y=np.arange(20) % 2)
    ...     digits = load_labelled_images(file)
    >>> digits.images.shape, digits.target[:3]
    ((20, 28, 28), array([0, 1, 0]))
    """
    path = Path(path)
    load = _load_folder if path.is_dir() else _load_npz
    images, labels = load(path)
    return Bunch(images=images, target=labels)


def _load_folder(path: Path) -> tuple[Any, Array]:
    """Load the image files in the folders of the labels."""
    # Imported here, as scripts that load MNIST need no Pillow.
    from skdigits.preprocessing import read_pictures

    images: list[Array] = []
    names: list[str] = []
    for folder in sorted(folder for folder in path.iterdir() if folder.is_dir()):
        for file in sorted(folder.iterdir()):
            found = read_pictures(file)
            images += found
            names += [folder.name] * len(found)
    if not images:
        raise DatasetError(
            f"{path} has no folders with image files. Put the images of each label "
            "into a folder named like the label, such as 7."
        )
    labels = np.array(names)
    if all(name.isdecimal() and name.isascii() for name in names):
        labels = labels.astype(np.int64)
    return images, _validate_labels(path, labels, len(images))


def _load_npz(path: Path) -> tuple[Any, Array]:
    """Load and validate images and labels from an .npz file."""
    arrays = load_npz(path, ["X", "y"], solution=f"{_EXPECTED_FORMAT}.")
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
    if min(X.shape[1:]) < _MIN_SIDE:
        raise DatasetError(
            f"{path}: the images in X must have {_MIN_SIDE}x{_MIN_SIDE} pixels or "
            f"more, got {X.shape[1]}x{X.shape[2]}. Enlarge them."
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
    if len(classes) > _MAX_CLASSES:
        raise DatasetError(
            f"{path}: y must have at most {_MAX_CLASSES} classes, got {len(classes)}."
        )
    for label in map(str, classes):
        if not label.strip() or not label.isprintable() or len(label) > _MAX_LABEL:
            raise DatasetError(
                f"{path}: the labels in y must be at most {_MAX_LABEL} printable "
                f"characters, got '{one_line(label, _MAX_LABEL)}'. Rename the class."
            )
    if counts.min() < _MIN_CLASS_SIZE:
        raise DatasetError(
            f"{path}: each class must have {_MIN_CLASS_SIZE} images or more for "
            f"training and testing, got {counts.min()} of class "
            f"{classes[counts.argmin()]!s}. Add images, or remove the class."
        )
    return y


def _are_integers(y: Array) -> bool:
    """Return whether floats are integers of which none is rounded."""
    return bool(((y == np.round(y)) & (abs(y) < np.float64(_MAX_EXACT_INTEGER))).all())
