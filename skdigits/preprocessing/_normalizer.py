"""The transformer that makes pictures of digits look like MNIST's."""

from numbers import Integral
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    _fit_context,
)
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval, StrOptions

from skdigits._images import (
    resolve_image_shape,
    restore_shape,
    to_unit_range,
    validate_images,
)
from skdigits._training._fit_task import CallbackSupportMixin, fit_task
from skdigits.preprocessing._extract_ink import extract_ink
from skdigits.preprocessing._place_in_field import place_in_field

_DTYPES = (np.float64, np.float32, np.uint8)


class DigitNormalizer(
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    CallbackSupportMixin,
    BaseEstimator,
):
    """Make pictures of single digits look like those of MNIST.

    MNIST's digits were scaled to fit a box of 20x20 pixels, keeping their proportions
    and with grey levels from anti-aliasing, then centred by their mass in a field of
    28x28 [1]_. This does the same to any picture: photographs and scans, dark on light
    or light on dark, small or large. A network trained on MNIST can read the result;
    pictures of MNIST stay nearly as they are. A blank picture stays blank.

    Parameters
    ----------
    box_size : int, default=20
        Side in pixels of the box that the digit is scaled to fit, at most `size`.

    size : int, default=28
        Side in pixels of the pictures returned.

    invert : bool or "auto", default="auto"
        Whether the ink is darker than the paper and has to be inverted; "auto" finds
        out for each picture.

    image_shape : tuple of int or None, default=None
        Height and width in pixels of pictures that come as rows; None means square, or
        else a single line.

    Attributes
    ----------
    n_features_in_ : int
        Number of pixels in a picture, where `fit` was given rows.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns, where `fit` was given a dataframe with string names.

    Raises
    ------
    ValueError
        If a picture has colours, no pixels, NaN or infinity, or `box_size` exceeds
        `size`.

    Warns
    -----
    PixelRangeWarning
        If floating-point pixels of rows lie outside [0, 1].

    See Also
    --------
    read_pictures : Reads pictures from files.

    Notes
    -----
    *Paper* is a single level, or a quadratic surface where that fits the border of the
    picture clearly better, so that shadows and uneven light do no harm, nor does ink
    that touches the border; for pictures below 64 pixels always a level. *Ink* is what
    differs from it by more than its noise, except parts with less than 2 % of it. Its
    90th percentile, above Otsu's threshold [2]_, becomes 1.

    Resampling is Lanczos's. Where it enlarges, the blurred edges are sharpened to the
    width of a pixel, with the amount of ink kept. The centre of mass comes to lie
    within half a pixel of pixel ``size // 2`` on both axes, as in MNIST, unless ink
    would leave the field.

    References
    ----------
    .. [1] LeCun, Bottou, Bengio and Haffner (1998). Gradient-based learning applied to
       document recognition. Proceedings of the IEEE 86(11), section III.A.
    .. [2] Otsu (1979). A threshold selection method from gray-level histograms. IEEE
       Transactions on Systems, Man, and Cybernetics 9(1), 62-66.

    Examples
    --------
    >>> import numpy as np
    >>> from skdigits.preprocessing import DigitNormalizer
    >>> one, bar = np.full((90, 60), 230, np.uint8), np.zeros((40, 300))
    >>> one[10:70, 20:26] = 40  # dark on light
    >>> bar[10:20, 100:200] = 1  # light on dark
    >>> pictures = DigitNormalizer().fit_transform([one, bar])
    >>> pictures.shape
    (2, 28, 28)
    >>> [int((picture.max(axis=1) > 0.5).sum()) for picture in pictures]  # height
    [20, 2]
    """

    _parameter_constraints: dict[str, list[Any]] = {
        "box_size": [Interval(Integral, 1, None, closed="left")],
        "size": [Interval(Integral, 1, None, closed="left")],
        "invert": ["boolean", StrOptions({"auto"})],
        "image_shape": [None, tuple, list],
    }

    def __init__(
        self,
        *,
        box_size: int = 20,
        size: int = 28,
        invert: bool | str = "auto",
        image_shape: tuple[int, int] | None = None,
    ) -> None:
        self.box_size = box_size
        self.size = size
        self.invert = invert
        self.image_shape = image_shape

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: ArrayLike | list[NDArray[Any]], y: Any = None) -> Self:
        """Check the pictures; nothing is learnt from them.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width), \
                or list of ndarray of shape (height, width)
            Pictures.
        y : None
            Ignored.

        Returns
        -------
        self : DigitNormalizer
            The transformer itself.
        """
        task = fit_task(self, 0, X, y)
        self._check_sizes()
        self._pictures(X, reset=True)
        if task is not None:
            task.end()
        return self

    def transform(self, X: ArrayLike | list[NDArray[Any]]) -> NDArray[Any]:
        """Return the digits, light on dark, as they would stand in MNIST.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width), \
                or list of ndarray of shape (height, width)
            Pictures, ``uint8`` in 0..255 or floats in [0, 1]; those of a list may
            differ in size, stacks may end in an axis of length 1.

        Returns
        -------
        X_normalized : ndarray of shape (n_samples, size * size) for rows, else \
                (n_samples, size, size)
            Ink, of the dtype of `X`: 0 is none and 255 or 1 is full. Integers other
            than ``uint8`` become float64.
        """
        self._validate_params()
        self._check_sizes()
        pictures, dtype, stack_shape = self._pictures(X, reset=False)
        dark_on_light = None if self.invert == "auto" else bool(self.invert)
        rows = np.empty((len(pictures), self.size * self.size), dtype)
        for row, picture in zip(rows, pictures, strict=True):
            grey = to_unit_range(picture).astype(np.float32, copy=False)
            ink = extract_ink(grey, dark_on_light=dark_on_light)
            field = place_in_field(ink, box_size=self.box_size, size=self.size).ravel()
            row[:] = np.round(255 * field) if dtype == np.uint8 else field
        return restore_shape(self, rows, stack_shape)

    def _check_sizes(self) -> None:
        if self.box_size > self.size:
            raise ValueError(
                f"{type(self).__name__}: box_size={self.box_size} does not fit into "
                f"pictures of size={self.size}. Make box_size smaller or size larger."
            )

    def _pictures(
        self, X: Any, *, reset: bool
    ) -> tuple[Any, np.dtype[Any], tuple[int, ...] | None]:
        """Pictures to work on, dtype of the answer, and its shape unless it is rows."""
        name = type(self).__name__
        pictures = _as_pictures(X)
        if pictures is None:
            rows, _, _ = validate_images(self, X, dtype=_DTYPES, reset=reset)
            shape = resolve_image_shape(rows.shape[1], self.image_shape, None, name)
            return rows.reshape(-1, *shape), rows.dtype, None
        pictures = [_checked(one, i, name) for i, one in enumerate(pictures)]
        channel = (1,) if getattr(X, "ndim", 0) == 4 else ()
        answer_shape = (len(pictures), self.size, self.size, *channel)
        return pictures, np.result_type(*pictures), answer_shape

    @property
    def _n_features_out(self) -> int:
        return self.size * self.size

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.three_d_array = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32", "uint8"]
        return tags


def _as_pictures(X: Any) -> list[Any] | None:
    """Single pictures of a list or a stack; None if `X` holds rows, or nothing."""
    if hasattr(X, "iloc") or hasattr(X, "__dataframe__"):
        return None
    is_array = isinstance(X, np.ndarray) and (X.ndim > 2 or X.dtype == object)
    if not is_array and not isinstance(X, list | tuple):
        return None
    pictures = list(X)
    # Rows of numbers are no pictures, whatever holds them.
    return pictures if pictures and np.ndim(pictures[0]) >= 2 else None


def _checked(picture: Any, index: int, estimator: str) -> NDArray[Any]:
    """Check one picture as scikit-learn checks rows; it may have any size."""
    pixels = np.asarray(picture)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    fault = None
    if pixels.ndim != 2 or not pixels.size:
        fault = (
            f"has shape {pixels.shape}, expected (height, width). Average the colours "
            "first, picture.mean(axis=-1), or use read_pictures"
        )
    elif pixels.dtype.kind not in "buif":
        fault = f"has dtype {pixels.dtype}. Expected numbers, uint8 or floats in [0, 1]"
    elif not np.isfinite(pixels).all():
        fault = "holds NaN or infinity. Replace these pixels"
    if fault is not None:
        raise ValueError(f"{estimator}: picture {index} {fault}.")
    if pixels.dtype.type not in _DTYPES:
        pixels = pixels.astype(np.float64)
    return pixels
