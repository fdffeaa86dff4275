"""Transformer that normalizes images of digits to MNIST's format."""

from numbers import Integral
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
)
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval, StrOptions

from skdigits._images import (
    DocumentationLinkMixin,
    check_is_pixels,
    refuse_one_image,
    resolve_image_shape,
    restore_shape,
    validate_image,
    validate_images,
)
from skdigits._training import CallbackSupportMixin, fit_method, fit_task
from skdigits.preprocessing._extract_ink import extract_ink
from skdigits.preprocessing._place_in_field import place_in_field

_DTYPES = (np.float64, np.float32, np.uint8)
# Pixels: shorter rows may be features of any kind, as in scikit-learn's checks.
_FEW = 12


class DigitNormalizer(
    DocumentationLinkMixin,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    CallbackSupportMixin,
    BaseEstimator,
):
    """Normalize images of single digits to MNIST's format.

    MNIST's digits were scaled to fit a box of 20x20 pixels, with their aspect ratio and
    with grey levels from anti-aliasing, then centred by mass in an image of 28x28 [1]_.
    This transformer does the same with other images: photographs or scans, dark on
    light or light on dark, of any size, so that a network trained on MNIST can classify
    them. MNIST's own images change little; blank images stay blank.

    Parameters
    ----------
    box_size : int, default=20
        Side in pixels of the box that the digit is scaled to fit, at most `size`.

    size : int, default=28
        Side of the output images in pixels.

    invert : bool or "auto", default="auto"
        Whether the ink is darker than the paper, so that images must be inverted.
        "auto" detects this for each image.

    image_shape : tuple of int or None, default=None
        Height and width in pixels of images passed as rows. None infers it: a square,
        else a single row. One image is passed as ``image[None]``.

    Attributes
    ----------
    n_features_in_ : int
        Number of pixels per image, if `fit` received images as rows.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, if `fit` received a dataframe with string column names.

    Raises
    ------
    ValueError
        If an image has colours, no pixels, NaN or infinity, `box_size` exceeds
        `size`, or `X` seems to be a single image: it is passed as ``X[None]``.

    Warns
    -----
    PixelRangeWarning
        If floating-point pixels lie outside [0, 1], or all ``uint8`` pixels of rows
        are below 17.

    See Also
    --------
    read_pictures : Loads image files.

    Notes
    -----
    With ``invert="auto"``, the *polarity* follows from the few pixels that differ much
    from the median of those around them, whatever shadows there are. A crop with little
    paper has no such pixels. There the ink covers less area than the paper, is thinner,
    differs from most of the border in few pixels, and is one part that cuts the paper
    into several. The weights of these were chosen on distorted training images of
    MNIST.

    The *paper* (background) is a constant, or a quadratic surface if that fits the
    border of the image clearly better, plus areas that are wider than half of the
    longer side, and then those wider than five strokes: shadows, tables under sheets.
    For images with a side below 64 pixels it is always a constant. *Ink* is every pixel
    that differs from the paper by more than its noise, except

    - rules: straight, thin lines of at least half the side of the image, such as frames
      of forms, lines of paper and underlines, in images of at least 32 pixels. Strokes
      that cross them stay whole. A line that touches the digit is kept if it may be a
      stroke: no side of a frame, not much longer than the digit, and no line of
      squared or ruled paper, three of which cross the image;
    - parts that touch the border of the image, if there is a digit that does not:
      strips, small parts and those thicker than strokes;
    - connected components with less than 2 % of the ink of the largest one.

    The 90th percentile of the ink above Otsu's threshold [2]_ is scaled to 1.

    Images are resampled with a Lanczos filter. After upscaling, blurred edges are
    sharpened to a width of one pixel, which preserves the amount of ink. The centre of
    mass is within half a pixel of pixel ``size // 2`` on both axes, as in MNIST, unless
    the digit would be cut off.

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
    >>> images = DigitNormalizer().fit_transform([one, bar])
    >>> images.shape
    (2, 28, 28)
    >>> [int((image.max(axis=1) > 0.5).sum()) for image in images]  # height
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

    @fit_method
    def fit(self, X: ArrayLike | list[NDArray[Any]], y: Any = None) -> Self:
        """Validate the images; the transformer has no fitted state.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width), \
                or list of ndarray of shape (height, width)
            Images.
        y : None
            Ignored.

        Returns
        -------
        self : DigitNormalizer
            The transformer itself.
        """
        task = fit_task(self, 0, X, y)
        self._check_sizes()
        self._validate_images(X, reset=True)
        if task is not None:
            task.end()
        return self

    def transform(self, X: ArrayLike | list[NDArray[Any]]) -> NDArray[Any]:
        """Scale and centre the digits as in MNIST, light on dark.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width), \
                or list of ndarray of shape (height, width)
            Images, ``uint8`` in 0..255 or floats in [0, 1]. Images of a list may differ
            in size; stacks may end in an axis of length 1.

        Returns
        -------
        X_normalized : ndarray of shape (n_samples, size * size) for rows, else \
                (n_samples, size, size)
            Ink, of the dtype of `X`: 0 is background, 255 or 1 is full ink. Integers
            other than ``uint8`` become float64.
        """
        self._validate_params()
        self._check_sizes()
        images, dtype, output_shape = self._validate_images(X, reset=False)
        dark_on_light = None if self.invert == "auto" else bool(self.invert)
        outputs = np.empty((len(images), self.size * self.size), dtype)
        for output, image in zip(outputs, images, strict=True):
            ink = extract_ink(image, dark_on_light=dark_on_light)
            field = place_in_field(ink, box_size=self.box_size, size=self.size).ravel()
            output[:] = np.round(255 * field) if dtype == np.uint8 else field
        return restore_shape(self, outputs, output_shape)

    def _check_sizes(self) -> None:
        if self.box_size > self.size:
            raise ValueError(
                f"{type(self).__name__}: box_size={self.box_size} does not fit into "
                f"images of size={self.size}. Make box_size smaller or size larger."
            )

    def _validate_images(
        self, X: Any, *, reset: bool
    ) -> tuple[Any, np.dtype[Any], tuple[int, ...] | None]:
        """Return 2-D images, output dtype and output shape (None for rows)."""
        name = type(self).__name__
        check_is_pixels(X, name)
        if isinstance(X, np.ndarray):
            refuse_one_image(X.shape, name)
        images = _split_images(X)
        if images is None:
            rows, _, _ = validate_images(self, X, dtype=_DTYPES, reset=reset)
            shape = resolve_image_shape(rows.shape, self.image_shape, None, name)
            if self.image_shape is None and shape[0] == 1 and min(rows.shape) > _FEW:
                raise ValueError(
                    f"{name}: X of shape {rows.shape} looks like one image. Pass "
                    f"X[None], or image_shape=(1, {shape[1]}) if each row is an image."
                )
            return rows.reshape(-1, *shape), rows.dtype, None
        images = [validate_image(one, i, name) for i, one in enumerate(images)]
        channel = (1,) if getattr(X, "ndim", 0) == 4 else ()
        output_shape = (len(images), self.size, self.size, *channel)
        return images, np.result_type(*images), output_shape

    @property
    def _n_features_out(self) -> int:
        return self.size * self.size

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.three_d_array = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32", "uint8"]
        return tags


def _split_images(X: Any) -> list[Any] | None:
    """Return the images of a list or stack; None if `X` holds rows or is empty."""
    if hasattr(X, "iloc") or hasattr(X, "__dataframe__"):
        return None
    is_array = isinstance(X, np.ndarray) and (X.ndim > 2 or X.dtype == object)
    if not is_array and not isinstance(X, list | tuple):
        return None
    images = list(X)
    # A list of 1-D rows is treated like a 2-D array.
    return images if images and np.ndim(images[0]) >= 2 else None
