"""Estimator that reads the numbers on pages."""

from collections.abc import Iterable, Sequence
from numbers import Real
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import Tags
from sklearn.utils._param_validation import HasMethods, Interval

from skdigits._images import DocumentationLinkMixin
from skdigits._training import fit_method
from skdigits.reading._classifier import InkClassifier
from skdigits.reading._finder import DigitFinder
from skdigits.reading._pages import validate_page, validate_pages
from skdigits.reading._records import REJECTED, DigitBox, DigitReading, join_lines
from skdigits.reading._segments import Segment, build_lattice, whole_segment

# A box is cut if it is wider than this many of its heights, or its label less probable
# and it is not too narrow for two digits, in heights of a digit.
_WIDE = 1.0
_SURE = 0.8
_NARROW = 0.35
_N_CANDIDATES = 3
_TINY = 1e-9  # probabilities below have no logarithm worth a difference


class NumberReader(DocumentationLinkMixin, BaseEstimator):
    """Read the numbers on pages, digit by digit, line by line.

    A finder locates the ink, and a classifier reads it. Boxes that may hold several
    touching digits are cut in many ways; dynamic programming finds the sequence of
    pieces whose digits are the most probable [1]_. Digits that are not probable enough
    are rejected: they become ``"?"``.

    Parameters
    ----------
    classifier : estimator, default=None
        Fitted classifier of images of digits with `predict_proba`. A
        :class:`~skdigits.RejectingClassifier` also separates digits from other ink: its
        `predict_joint_proba` is used. A pipeline that
        starts with a :class:`~skdigits.preprocessing.DigitNormalizer` sets the size of
        the images, else it is 28x28. `clone` clones the classifier, unfitted, unless it
        is in a :class:`~sklearn.frozen.FrozenEstimator`. None loads the classifier that
        comes with the package.

    finder : transformer, default=None
        Returns a list of :class:`DigitBox` for each page. None uses
        :class:`DigitFinder`.

    reject_below : float, default=0.5
        Digits with a lower probability, in [0, 1], are rejected; 0 rejects nothing.

    Raises
    ------
    ValueError
        If a page has colours, no pixels, NaN or infinity, `X` is a single page, or
        the classifier expects images of another size.

    TypeError
        If the classifier has no `predict_proba`.

    Warns
    -----
    PixelRangeWarning
        If floating-point pixels lie outside [0, 1].

    See Also
    --------
    DigitFinder : Finds the ink.

    Notes
    -----
    The score of a sequence is the sum, over its pieces, of the logarithm of the
    probability that the piece is a digit with its most probable label, minus penalties
    for improbable shapes and for the ink that the cuts cross. A digit lower than 0.65
    times the median height of the page is rejected more readily: its probability is
    multiplied by ``exp(-4 * (0.65 - height))``.

    References
    ----------
    .. [1] Matan, Burges, LeCun and Denker (1992). Multi-digit recognition using a space
       displacement neural network. Advances in Neural Information Processing Systems 4,
       488-495; the recognition of segments by dynamic programming in section 1.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skdigits.datasets import load_small_digits
    >>> from skdigits.preprocessing import DigitNormalizer
    >>> from skdigits.reading import NumberReader
    >>> digits = load_small_digits()
    >>> X = DigitNormalizer().transform(digits.images).reshape(-1, 784)
    >>> classifier = LogisticRegression(max_iter=200).fit(X, digits.target)
    >>> page = 1 - np.pad(np.hstack(digits.images[:3]), 8).repeat(4, 0).repeat(4, 1)
    >>> NumberReader(classifier).predict([page])
    ['012']
    """

    _parameter_constraints: dict[str, list[Any]] = {
        "classifier": [None, HasMethods("fit")],
        "finder": [None, HasMethods("transform")],
        "reject_below": [Interval(Real, 0, 1, closed="both")],
    }

    def __init__(
        self,
        classifier: Any = None,
        *,
        finder: Any = None,
        reject_below: float = 0.5,
    ) -> None:
        self.classifier = classifier
        self.finder = finder
        self.reject_below = reject_below

    @fit_method
    def fit(self, X: Any = None, y: Any = None) -> Self:  # noqa: ARG002
        """Validate the parameters; the reader has no fitted state.

        Parameters
        ----------
        X : None
            Ignored.
        y : None
            Ignored.

        Returns
        -------
        self : NumberReader
            The reader itself.
        """
        return self

    def predict(self, X: Iterable[NDArray[Any]]) -> list[str]:
        r"""Read the text of each page.

        Parameters
        ----------
        X : iterable of ndarray of shape (height, width)
            Pages, ``uint8`` in 0..255 or floats in [0, 1]. They may differ in size.

        Returns
        -------
        texts : list of str
            For each page its lines, separated by ``"\n"``. The words of a line are
            separated by spaces; rejected digits are ``"?"``.
        """
        self._validate_params()
        pages = validate_pages(X, type(self).__name__)
        classifier = InkClassifier(self.classifier)
        return ["\n".join(join_lines(self._read(page, classifier))) for page in pages]

    def read(self, page: NDArray[Any]) -> list[DigitReading]:
        """Read one page, digit by digit.

        Parameters
        ----------
        page : ndarray of shape (height, width)
            The page, ``uint8`` in 0..255 or floats in [0, 1].

        Returns
        -------
        readings : list of DigitReading
            The digits in reading order, rejected ones too.
        """
        self._validate_params()
        page = validate_page(page, 0, type(self).__name__)
        return self._read(page, InkClassifier(self.classifier))

    def _read(
        self, page: NDArray[Any], classifier: InkClassifier
    ) -> list[DigitReading]:
        """Classify whole boxes first, then the segments of those that may be cut."""
        finder = DigitFinder() if self.finder is None else self.finder
        (boxes,) = finder.transform([page])
        if not boxes:
            return []
        height = float(np.median([one.box[2] - one.box[0] for one in boxes]))
        wholes = [whole_segment(box, height) for box in boxes]
        known = _probabilities(wholes, classifier)
        lattices = {
            i: build_lattice(box, whole, height)
            for i, (box, whole) in enumerate(zip(boxes, wholes, strict=True))
            if _may_be_several(whole, known[id(whole)], height)
        }
        pieces = [
            segment
            for i, lattice in lattices.items()
            for segment in lattice.segments.values()
            if segment is not wholes[i]
        ]
        known |= _probabilities(pieces, classifier)
        readings = []
        for i, (box, whole) in enumerate(zip(boxes, wholes, strict=True)):
            sequence = [whole]
            if i in lattices:
                sequence = lattices[i].best_sequence(
                    lambda segment: float(np.log(known[id(segment)].max() + _TINY))
                )
            readings += [
                self._decide(segment, known[id(segment)], classifier.labels, box)
                for segment in sequence
            ]
        return readings

    def _decide(
        self,
        segment: Segment,
        probabilities: NDArray[np.float64],
        labels: Sequence[str],
        box: DigitBox,
    ) -> DigitReading:
        """Return the reading of a segment, rejected if it is not probable enough."""
        probabilities = probabilities * np.exp(segment.log_height_prior)
        best = np.argsort(-probabilities, kind="stable")[:_N_CANDIDATES]
        candidates = tuple((labels[i], float(probabilities[i])) for i in best)
        label, probability = candidates[0]
        if probability < self.reject_below:
            label = REJECTED
        return DigitReading(
            label, probability, candidates, segment.box, box.line, box.word
        )

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.no_validation = True
        tags.input_tags.two_d_array = False
        tags.input_tags.three_d_array = True
        return tags


def _probabilities(
    segments: Sequence[Segment], classifier: InkClassifier
) -> dict[int, NDArray[np.float64]]:
    """Return the probabilities of each segment, by its id."""
    answers = classifier.probabilities([one.image for one in segments])
    return {id(one): row for one, row in zip(segments, answers, strict=True)}


def _may_be_several(
    whole: Segment, probabilities: NDArray[np.float64], height: float
) -> bool:
    """Return True if the box is wide, or if its ink is not surely one digit."""
    top, left, bottom, right = whole.box
    width = right - left
    return width > _WIDE * min(bottom - top, height) or (
        float(probabilities.max()) < _SURE and width > _NARROW * height
    )
