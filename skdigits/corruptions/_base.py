"""Base classes of corruptions: validation, blocks of images, shapes and dtypes."""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils import Tags, check_random_state

from skdigits._images import (
    DocumentationLinkMixin,
    ImageShape,
    StackShape,
    resolve_image_shape,
    restore_shape,
    to_unit_range,
    validate_images,
)
from skdigits._training import CallbackSupportMixin, fit_method, fit_task

_DTYPES = (np.float64, np.float32, np.uint8)
# Pixels that are corrupted at a time: limits the memory for intermediate results.
_BLOCK_PIXELS = 1 << 20


class Corruption(
    DocumentationLinkMixin,
    OneToOneFeatureMixin,
    TransformerMixin,
    CallbackSupportMixin,
    BaseEstimator,
):
    """Base class for corruptions of single pixels or of whole images.

    Subclasses implement `_corrupt`, and may replace `_corrupt_rows`.
    """

    # A constant seed for corruptions without a random part.
    random_state: int | np.random.RandomState | None = 0

    @fit_method
    def fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Validate the images and set `n_features_in_`.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images.
        y : None
            Ignored.

        Returns
        -------
        self : estimator
            The transformer itself.
        """
        task = fit_task(self, 0, X, y)
        images, _, stack_shape = validate_images(self, X, dtype=_DTYPES, reset=True)
        self._set_image_shape(images.shape, stack_shape)
        if task is not None:
            task.end()
        return self

    def transform(self, X: ArrayLike) -> NDArray[Any]:
        """Corrupt a copy of the images.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in an
            axis of length 1.

        Returns
        -------
        X_corrupted : ndarray of the shape and dtype of `X`
            Corrupted images. Integers other than ``uint8`` become float64.
        """
        self._validate_params()
        images, _, stack_shape = validate_images(
            self,
            X,
            dtype=_DTYPES,
            reset=False,
            image_shape=getattr(self, "image_shape_", None),
        )
        shape = self._resolve_shape(images.shape, stack_shape)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        corrupted = self._corrupt_rows(images, shape, seed)
        return restore_shape(self, corrupted, stack_shape)

    def _corrupt_rows(
        self, images: NDArray[Any], shape: ImageShape, seed: int
    ) -> NDArray[Any]:
        """Return corrupted rows of the same dtype."""
        corrupted = np.empty_like(images)
        step = max(1, _BLOCK_PIXELS // images.shape[1])
        for start in range(0, len(images), step):
            part = images[start : start + step]
            pixels = to_unit_range(part).reshape(len(part), *shape)
            result = self._corrupt(pixels, seed).reshape(part.shape)
            if images.dtype == np.uint8:
                result = np.rint(255 * np.clip(result, 0, 1))
                corrupted[start : start + step] = result
            else:
                np.clip(result, 0, 1, out=corrupted[start : start + step])
        return corrupted

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        """Return corrupted floats, (n, height, width); `pixels` is left unchanged.

        Random numbers come from `image_generators(pixels, seed)`.
        """
        raise NotImplementedError

    def _set_image_shape(
        self, rows_shape: tuple[int, int], stack_shape: StackShape | None
    ) -> None:
        """Set attributes that describe the shape of the images, if any."""

    def _resolve_shape(
        self, rows_shape: tuple[int, int], stack_shape: StackShape | None
    ) -> ImageShape:
        """Return (height, width); for corruptions of single pixels, one row."""
        return 1, rows_shape[1]

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.three_d_array = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32", "uint8"]
        return tags


class SpatialCorruption(Corruption):
    """Base class for corruptions that depend on the height and width of the images."""

    image_shape: Any
    image_shape_: ImageShape

    _parameter_constraints: dict[str, list[Any]] = {"image_shape": [None, tuple, list]}

    def _set_image_shape(
        self, rows_shape: tuple[int, int], stack_shape: StackShape | None
    ) -> None:
        self.image_shape_ = resolve_image_shape(
            rows_shape, self.image_shape, stack_shape, type(self).__name__
        )

    def _resolve_shape(
        self, rows_shape: tuple[int, int], stack_shape: StackShape | None
    ) -> ImageShape:
        if hasattr(self, "image_shape_"):
            return self.image_shape_
        return resolve_image_shape(
            rows_shape, self.image_shape, stack_shape, type(self).__name__
        )
