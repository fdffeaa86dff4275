"""Validation of image arrays: accepted types, shapes and pixel ranges.

The dtype determines the range, as in scikit-image: ``uint8`` pixels are in 0..255,
floats in [0, 1]. Inside the package, images are rows of a 2-D array.
"""

import math
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import check_array
from sklearn.utils._set_output import _get_output_config
from sklearn.utils.validation import validate_data

from skdigits._images._conventions import (
    SMALLEST_SIDE,
    describe_channels,
    refuse_one_image,
    warn_outside_unit_range,
)

ImageShape = tuple[int, int]
StackShape = tuple[int, ...]  # (n, height, width) or (n, height, width, 1)

# Default of `y` in scikit-learn's `validate_data`: no targets.
_NO_TARGETS = "no_validation"


def validate_images(
    estimator: BaseEstimator,
    X: Any,
    y: Any = _NO_TARGETS,
    *,
    dtype: Sequence[type],
    reset: bool,
    image_shape: ImageShape | None = None,
) -> tuple[NDArray[Any], Any, StackShape | None]:
    """Flatten a stack of images, then validate `X` (and `y`) as scikit-learn does.

    Images must be of `image_shape`, if given. Returns the images as rows of a 2-D
    array, `y` as an array, and the shape of the stack (None if `X` is not a stack).
    """
    name = type(estimator).__name__
    images, stack_shape = _flatten_stack(X, name)
    if image_shape is not None:
        _check_size(images, stack_shape, image_shape, name)
    if reset and y is not _NO_TARGETS:
        _check_orientation(X, y, name)
    if reset or y is not _NO_TARGETS or not _is_valid(estimator, images, dtype):
        validated = validate_data(estimator, images, y, dtype=dtype, reset=reset)
        images, y = validated if isinstance(validated, tuple) else (validated, y)
    warn_outside_unit_range(images, name)
    return images, y, stack_shape


def validate_targets(
    y: Any,
    n_samples: int,
    image_shape: ImageShape,
    *,
    dtype: Sequence[type],
    estimator: str,
) -> NDArray[Any]:
    """Return target images, one for each sample, as rows."""
    images, stack_shape = _flatten_stack(y, estimator, "y")
    images = check_array(images, dtype=dtype, input_name="y", estimator=estimator)
    height, width = image_shape
    if images.shape != (n_samples, height * width) or (
        stack_shape is not None and stack_shape[1:3] != image_shape
    ):
        raise ValueError(
            f"{estimator}: y has shape {np.shape(y)}. Expected a clean image of "
            f"{height}x{width} pixels for each of the {n_samples} noisy ones in X, or "
            "labels, which are ignored, of shape (n_samples,)."
        )
    warn_outside_unit_range(images, estimator, "y")
    return images


def _check_orientation(X: Any, y: Any, estimator: str) -> None:
    """Raise ValueError if the first axis of `X` is not that of the labels."""
    n_labels = len(y) if hasattr(y, "__len__") else 0
    shape = np.shape(X) if isinstance(X, np.ndarray) else ()
    if len(shape) < 2 or shape[0] == n_labels:
        return
    refuse_one_image(shape, estimator, n_labels=n_labels)
    if len(shape) == 3 and shape[2] == n_labels:
        raise ValueError(
            f"{estimator}: X of shape {shape} has the images of {n_labels} labels "
            "along its last axis. Pass np.moveaxis(X, -1, 0)."
        )


def _is_valid(estimator: BaseEstimator, X: Any, dtype: Sequence[type]) -> bool:
    """Return True if scikit-learn's validation would return `X` unchanged.

    This check takes a tenth of the time of the validation, which for a single image
    takes as long as the prediction.
    """
    return (
        type(X) is np.ndarray
        and X.dtype.type in dtype
        and X.ndim == 2
        and X.shape[0] > 0
        and X.shape[1] == getattr(estimator, "n_features_in_", None)
        and "feature_names_in_" not in vars(estimator)
        # A finite sum implies finite terms. If the sum overflows, scikit-learn's
        # validation decides.
        and (X.dtype == np.uint8 or bool(np.isfinite(X.sum())))
    )


def restore_shape(
    transformer: BaseEstimator, images: NDArray[Any], stack_shape: StackShape | None
) -> NDArray[Any]:
    """Reshape images to the original stack, unless the output is a dataframe."""
    dense = _get_output_config("transform", transformer)["dense"]
    if stack_shape is None or dense != "default":
        return images
    return images.reshape(stack_shape)


def _flatten_stack(
    X: Any, estimator: str, array: str = "X"
) -> tuple[Any, StackShape | None]:
    """Flatten a stack of images to rows; return any other input unchanged."""
    check_is_pixels(X, estimator)
    if hasattr(X, "iloc") or hasattr(X, "__dataframe__"):
        return X, None
    stack = X
    if isinstance(X, list | tuple):
        try:
            stack = np.asarray(X)
        except ValueError:  # ragged
            _check_equal_shapes(X, estimator)
            return X, None  # scikit-learn's validation raises the error
    elif isinstance(X, np.ndarray) and X.dtype == object and X.ndim == 1:
        _check_equal_shapes(X, estimator)
    shape = tuple(getattr(stack, "shape", ()))
    if len(shape) == 4 and shape[3] != 1:
        raise ValueError(
            f"{estimator}: {array} has shape {shape}. Expected grey images, (n, "
            "height, width) or (n, height, width, 1), got "
            f"{describe_channels(shape[1:], array, axis=1)}."
        )
    if len(shape) == 1 and stack.dtype.kind in "buif":
        raise ValueError(
            f"{estimator}: {array} has shape {shape}, expected one row per image. "
            f"Reshape your data: for a single image pass {array}.reshape(1, -1)."
        )
    if len(shape) not in (3, 4):
        return X, None
    refuse_one_image(shape, estimator, array)
    return np.asarray(stack).reshape(shape[0], shape[1] * shape[2]), shape


def _check_size(
    images: Any,
    stack_shape: StackShape | None,
    image_shape: ImageShape,
    estimator: str,
) -> None:
    """Raise ValueError if the images are not of the size of those that were fitted."""
    height, width = image_shape
    if stack_shape is not None and stack_shape[1:3] != image_shape:
        raise ValueError(
            f"{estimator}: expected images of {height}x{width} pixels, as in fit, got "
            f"{stack_shape[1]}x{stack_shape[2]} pixels, X of shape {stack_shape}."
        )
    shape = np.shape(images) if isinstance(images, np.ndarray) else ()
    if len(shape) == 2 and shape[1] != height * width:
        single = " For a single image pass X[np.newaxis]." * (shape == image_shape)
        # The words that scikit-learn's checks expect, then the size.
        raise ValueError(
            f"X has {shape[1]} features, but {estimator} is expecting "
            f"{height * width} features as input, images of {height}x{width} pixels."
            f"{single}"
        )


def check_is_pixels(X: Any, estimator: str) -> None:
    """Raise ValueError for paths and Pillow's images, also in lists."""
    first = X[0] if isinstance(X, list | tuple) and X else X
    if isinstance(X, np.ndarray) and X.dtype.kind in "UO" and X.size:
        first = X.flat[0]
        if isinstance(first, str) and _is_number(first):
            return
    if isinstance(first, str | os.PathLike):
        found = f"the path {str(first)!r:.200}"
    elif type(first).__module__.startswith("PIL."):
        found = "an image of Pillow"
    else:
        return
    raise ValueError(
        f"{estimator}: X must hold pixels, got {found}. Load image files with "
        "skdigits.preprocessing.read_pictures, which returns a list of arrays."
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _check_equal_shapes(images: Any, estimator: str) -> None:
    """Raise ValueError for images of differing size."""
    try:
        shapes = {np.shape(image) for image in images}
    except ValueError:  # lists of rows of differing length
        return
    if len(shapes) > 1 and min(map(len, shapes)) >= 2:
        raise ValueError(
            f"{estimator}: the images in X differ in size. Normalize them first: "
            "skdigits.preprocessing.DigitNormalizer().transform(X)."
        )
    if len(shapes) > 1 and max(map(len, shapes)) == 1:
        lengths = sorted(shape[0] if shape else 1 for shape in shapes)
        raise ValueError(
            f"{estimator}: the rows of X differ in length, from {lengths[0]} to "
            f"{lengths[-1]} pixels. Pass images of equal size, or images as arrays of "
            "shape (height, width) to skdigits.preprocessing.DigitNormalizer."
        )


def resolve_image_shape(
    rows_shape: tuple[int, int],
    image_shape: Any,
    stack_shape: StackShape | None,
    estimator: str,
) -> ImageShape:
    """Return (height, width): from `image_shape`, the stack, a square, or one row.

    `rows_shape` is (n_samples, n_features). Raises ValueError if it is rather that of
    one image.
    """
    n_samples, n_features = rows_shape
    if image_shape is None:
        if stack_shape is not None:
            return stack_shape[1], stack_shape[2]
        side = math.isqrt(n_features)
        if side * side == n_features:
            return side, side
        if n_samples == n_features >= SMALLEST_SIDE:
            raise ValueError(
                f"{estimator}: X of shape {rows_shape} looks like one image. Pass "
                f"X[None], or image_shape=(1, {n_features}) if each row is an image."
            )
        return 1, n_features
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
            f"{estimator}: expected images of {shape[0]}x{shape[1]} pixels, got X of "
            f"shape {stack_shape}."
        )
    return int(shape[0]), int(shape[1])


def to_unit_range(X: NDArray[Any]) -> NDArray[Any]:
    """Scale ``uint8`` to float32 in [0, 1]; return floats unchanged."""
    return X / np.float32(255) if X.dtype == np.uint8 else X
