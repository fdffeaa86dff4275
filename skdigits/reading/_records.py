"""What is found on a page: boxes of digits, and their readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

Box = tuple[int, int, int, int]

REJECTED = "?"


@dataclass(frozen=True, eq=False)
class DigitBox:
    """Ink on a page that may be a digit, or several digits that touch.

    Parameters
    ----------
    image : ndarray of shape (height, width), ``float32``
        The ink inside the box, without neighbours and lines: 0 is paper, 1 full ink.
        If the page was downscaled, so is this image.

    box : tuple of int
        Top, left, bottom and right in pixels of the page; the last two are exclusive.

    line : int
        Line on the page, counted from 0 at the top.

    word : int
        Word in its line, counted from 0 at the left.

    Examples
    --------
    >>> import numpy as np
    >>> from skdigits.reading import DigitFinder
    >>> page = np.full((90, 60), 230, np.uint8)
    >>> page[10:70, 20:26] = 40
    >>> ((one,),) = DigitFinder().transform([page])
    >>> one.box, one.line, one.word
    ((9, 19, 71, 27), 0, 0)
    """

    image: NDArray[np.float32]
    box: Box
    line: int
    word: int


@dataclass(frozen=True)
class DigitReading:
    """One digit of a page, as `NumberReader.read` returns it.

    Parameters
    ----------
    label : str
        The most probable label, or ``"?"`` if its probability is too low.

    probability : float
        Probability in [0, 1] that the ink is a digit with the most probable label.

    candidates : tuple of (str, float)
        The most probable labels, rejected or not, and their probabilities, best first.

    box : tuple of int
        Top, left, bottom and right in pixels of the page; the last two are exclusive.

    line : int
        Line on the page, counted from 0 at the top.

    word : int
        Word in its line, counted from 0 at the left.

    Examples
    --------
    >>> from skdigits.reading import DigitReading
    >>> DigitReading("7", 0.9, (("7", 0.9), ("1", 0.1)), (0, 0, 20, 12), 0, 0).label
    '7'
    """

    label: str
    probability: float
    candidates: tuple[tuple[str, float], ...]
    box: Box
    line: int
    word: int


def join_lines(readings: Sequence[DigitReading]) -> list[str]:
    """Return the text of each line, its words separated by spaces."""
    return [
        " ".join(
            "".join(one.label for one in word)
            for _, word in groupby(line, lambda one: one.word)
        )
        for _, line in groupby(readings, lambda one: one.line)
    ]
