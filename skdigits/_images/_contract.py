"""The pixel contract: which arrays are pictures, their shape, and their range.

The dtype decides the range, as in scikit-image: ``uint8`` pixels are 0..255, floats
are in [0, 1]. Inside the package pictures are rows of a 2-D array.
"""

import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils._set_output import _get_output_config
from sklearn.utils.validation import validate_data

from skdigits.exceptions import PixelRangeWarning

ImageShape = tuple[int, int]
StackShape = tuple[int, ...]  # (n, height, width) or (n, height, width, 1)

# What scikit-learn's `validate_data` takes for "no y".
_NO_TARGETS = "no_validation"
# Resampling and averaging leave floats a hair outside [0, 1].
_RANGE_TOLERANCE = 1e-3


def validate_images(
    estimator: BaseEstimator,
    X: Any,
    y: Any = _NO_TARGETS,
    *,
    dtype: Sequence[type],
    reset: bool,
) -> tuple[NDArray[Any], Any, StackShape | None]:
    """Check `X` (and `y`) as scikit-learn does, after flattening stacks of pictures.

    Returns the pictures as rows, `y` as an array, and the shape of the stack (None if
    `X` was no stack).
    """
    name = type(estimator).__name__
    rows, stack_shape = _flatten_stack(X, name)
    if reset or y is not _NO_TARGETS or not _is_valid(estimator, rows, dtype):
        checked = validate_data(estimator, rows, y, dtype=dtype, reset=reset)
        rows, y = checked if isinstance(checked, tuple) else (checked, y)
    _warn_outside_unit_range(rows, name)
    return rows, y, stack_shape


def _is_valid(estimator: BaseEstimator, X: Any, dtype: Sequence[type]) -> bool:
    """Whether validation would return `X` as it is.

    Asking this takes a tenth of the time of scikit-learn's validation, which for one
    picture is as long as the network's answer.
    """
    return (
        type(X) is np.ndarray
        and X.dtype.type in dtype
        and X.ndim == 2
        and X.shape[0] > 0
        and X.shape[1] == getattr(estimator, "n_features_in_", None)
        and not hasattr(estimator, "feature_names_in_")
        # A sum is finite only if all its terms are; it may overflow, which only means
        # that scikit-learn has to look.
        and (X.dtype == np.uint8 or bool(np.isfinite(X.sum())))
    )


def restore_shape(
    transformer: BaseEstimator, rows: NDArray[Any], stack_shape: StackShape | None
) -> NDArray[Any]:
    """Rows in the shape of the stack they came from, unless a dataframe holds them."""
    dense = _get_output_config("transform", transformer)["dense"]
    if stack_shape is None or dense != "default":
        return rows
    return rows.reshape(stack_shape)


def _flatten_stack(X: Any, estimator: str) -> tuple[Any, StackShape | None]:
    """Turn a stack of pictures into rows; anything else passes through untouched."""
    if hasattr(X, "iloc") or hasattr(X, "__dataframe__"):
        return X, None
    stack = X
    if isinstance(X, list | tuple):
        try:
            stack = np.asarray(X)
        except ValueError:  # ragged: scikit-learn's validation names the fault
            return X, None
    shape = tuple(getattr(stack, "shape", ()))
    if len(shape) == 4 and shape[3] != 1:
        raise ValueError(
            f"{estimator}: X has shape {shape}, pictures with {shape[3]} channels. "
            "Expected grey pictures, (n, height, width) or (n, height, width, 1): "
            "average the channels first, X.mean(axis=-1)."
        )
    if len(shape) not in (3, 4):
        return X, None
    return np.asarray(stack).reshape(shape[0], shape[1] * shape[2]), shape


def resolve_image_shape(
    n_features: int,
    image_shape: Any,
    stack_shape: StackShape | None,
    estimator: str,
) -> ImageShape:
    """Height and width of the pictures: as told, as stacked, else a square or a row."""
    if image_shape is None:
        if stack_shape is not None:
            return stack_shape[1], stack_shape[2]
        side = math.isqrt(n_features)
        return (side, side) if side * side == n_features else (1, n_features)
    shape = tuple(image_shape)
    if len(shape) == 3 and shape[2] == 1:
        shape = shape[:2]
    if len(shape) != 2 or shape[0] * shape[1] != n_features:
        raise ValueError(
            f"{estimator}: image_shape={image_shape!r} does not fit X with "
            f"{n_features} features. Pass (height, width) with height * width == "
            f"{n_features}, or image_shape=None to infer it."
        )
    if stack_shape is not None and shape != stack_shape[1:3]:
        raise ValueError(
            f"{estimator}: expected pictures of {shape[0]}x{shape[1]} pixels, got X of "
            f"shape {stack_shape}."
        )
    return int(shape[0]), int(shape[1])


def to_unit_range(X: NDArray[Any]) -> NDArray[Any]:
    """Scale ``uint8`` to float32 in [0, 1]; floats stay as they are."""
    return X / np.float32(255) if X.dtype == np.uint8 else X


def _warn_outside_unit_range(X: NDArray[Any], estimator: str) -> None:
    if X.dtype == np.uint8:
        return
    low, high = float(X.min()), float(X.max())
    if low < -_RANGE_TOLERANCE or high > 1 + _RANGE_TOLERANCE:
        warnings.warn(
            f"{estimator}: pixels lie in [{low:g}, {high:g}], expected [0, 1]. Divide "
            "by the largest possible value, or pass uint8 pixels (0..255), which are "
            "scaled for you: X.astype('uint8').",
            PixelRangeWarning,
            stacklevel=4,
        )
