"""Transformer that finds digits on pages."""

from collections.abc import Iterable
from numbers import Real
from typing import Any, Self

from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval, StrOptions

from skdigits._images import DocumentationLinkMixin
from skdigits._training import fit_method
from skdigits.reading._components import crop_ink, find_components, typical_height
from skdigits.reading._form_boxes import remove_form_boxes
from skdigits.reading._layout import arrange
from skdigits.reading._page_ink import estimate_stroke_width, extract_page_ink
from skdigits.reading._pages import validate_pages
from skdigits.reading._posts import remove_posts
from skdigits.reading._records import Box, DigitBox
from skdigits.reading._rules import find_rules


class DigitFinder(DocumentationLinkMixin, TransformerMixin, BaseEstimator):
    """Find the digits on pages, by classical image processing.

    Separates ink from paper, removes ruled lines, squares and the boxes of forms, and
    groups connected strokes into words and lines. Letters and other marks of a similar
    size are found too, and digits that touch are found as one:
    :class:`NumberReader` separates and classifies them.

    Parameters
    ----------
    min_height : float, default=8
        Height in pixels of the page below which a mark is dust.

    invert : bool or "auto", default="auto"
        Whether the ink is darker than the paper. "auto" detects this for each page.

    Raises
    ------
    ValueError
        If a page has colours, no pixels, NaN or infinity, or `X` is a single page.

    Warns
    -----
    PixelRangeWarning
        If floating-point pixels lie outside [0, 1].

    See Also
    --------
    NumberReader : Classifies what this transformer finds.
    skdigits.preprocessing.read_pictures : Loads pages from files.

    Notes
    -----
    *Paper* is a grey closing of the page with a window of ten stroke widths: it follows
    shadows, and the edges of a sheet on a table. *Ink* lacks at least 35 % of the light
    that full ink lacks. *Lines* are inked along 75 % of 30 stroke widths, in the
    direction, up to 6 degrees off the axis, in which ink is most concentrated [1]_;
    strokes that cross them are kept. Thin posts of equal height that stand on lines, as
    in the combs of forms, are removed. Fragments above each other are joined. Marks
    lower than 30 % of the typical height, such as dots, commas and dashes, and marks
    around others, such as circles, are dropped. Lines follow the skew of the page; a
    gap of 0.8 heights starts a new word, if the digits of the line are not all that far
    apart.

    Pages with more than 4 million pixels are downscaled, by averaging blocks, to at
    most that number. A page therefore takes at most 400 MB of memory in addition to its
    own pixels. A page with more than 5,000 marks is taken for a photograph or a
    pattern, without digits.

    References
    ----------
    .. [1] Postl (1986). Detection of linear oblique structures and skew scan in
       digitized documents. Proceedings of the 8th International Conference on Pattern
       Recognition, 687-689.

    Examples
    --------
    >>> import numpy as np
    >>> from skdigits.reading import DigitFinder
    >>> page = np.full((100, 200), 230, np.uint8)
    >>> page[20:60, 30:35] = page[20:60, 50:55] = page[20:60, 150:155] = 40
    >>> (boxes,) = DigitFinder().transform([page])
    >>> [(one.box, one.word) for one in boxes]
    [((19, 29, 61, 36), 0), ((19, 49, 61, 56), 0), ((19, 149, 61, 156), 1)]
    """

    _parameter_constraints: dict[str, list[Any]] = {
        "min_height": [Interval(Real, 1, None, closed="left")],
        "invert": ["boolean", StrOptions({"auto"})],
    }

    def __init__(self, *, min_height: float = 8, invert: bool | str = "auto") -> None:
        self.min_height = min_height
        self.invert = invert

    @fit_method
    def fit(self, X: Any = None, y: Any = None) -> Self:  # noqa: ARG002
        """Validate the parameters; the transformer has no fitted state.

        Parameters
        ----------
        X : None
            Ignored.
        y : None
            Ignored.

        Returns
        -------
        self : DigitFinder
            The transformer itself.
        """
        return self

    def transform(self, X: Iterable[NDArray[Any]]) -> list[list[DigitBox]]:
        """Find the digits on each page.

        Parameters
        ----------
        X : iterable of ndarray of shape (height, width)
            Pages, ``uint8`` in 0..255 or floats in [0, 1]. They may differ in size.

        Returns
        -------
        boxes : list of list of DigitBox
            For each page what may be digits, in reading order.
        """
        self._validate_params()
        return [self._find(page) for page in validate_pages(X, type(self).__name__)]

    def _find(self, page: NDArray[Any]) -> list[DigitBox]:
        """Return the boxes of one page."""
        dark_on_light = None if self.invert == "auto" else bool(self.invert)
        found = extract_page_ink(page, dark_on_light=dark_on_light)
        if found is None:
            return []
        ink, strokes, factor = found.ink, found.strokes, found.factor
        rules = find_rules(ink, strokes)
        ink[rules] = 0
        with_boxes = strokes & ~rules
        width = estimate_stroke_width(with_boxes)
        strokes = remove_form_boxes(with_boxes, width)
        strokes = remove_posts(strokes, rules | (with_boxes & ~strokes), width)
        components, parts = find_components(strokes, width, self.min_height / factor)
        boxes = []
        for line, words in enumerate(arrange(components, typical_height(components))):
            for word, members in enumerate(words):
                for one in members:
                    image, place = crop_ink(ink, parts, one)
                    box = _to_page(place, factor, page.shape)
                    boxes.append(DigitBox(image, box, line, word))
        return boxes

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.no_validation = True
        tags.input_tags.two_d_array = False
        tags.input_tags.three_d_array = True
        return tags


def _to_page(place: Box, factor: int, shape: tuple[int, ...]) -> Box:
    """Return the box in pixels of the page."""
    top, left, bottom, right = (factor * side for side in place)
    return top, left, min(bottom, shape[0]), min(right, shape[1])
