"""Lines drawn across images: dotted, and in a zigzag."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits.corruptions._base import SpatialCorruption
from skdigits.corruptions._constraints import integer, real
from skdigits.corruptions._random import image_generators

# Pixels between a zigzag and the sides of the image, and its largest rise and fall.
_MARGIN = 2
_RISE = 5


class DottedLine(SpatialCorruption):
    """Draw a dashed line from the left to the right.

    Parameters
    ----------
    width : float, default=2.3
        Width in pixels, in [0, 100]; 0 draws nothing. See Notes for the profile.

    dash : int, default=2
        Length of dashes, and of the gaps between them, in pixels, in 1..1000.

    image_shape : tuple of int or None, default=None
        Height and width in pixels of images passed as rows. None infers it: from a
        stack, else a square, else a single row.

    random_state : int, RandomState instance or None, default=None
        With an int, the line is a function of the seed and the content of the image.
        Otherwise each call samples new lines.

    Attributes
    ----------
    image_shape_ : tuple of int
        Height and width in pixels of the images in `fit`.

    n_features_in_ : int
        Number of pixels per image.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, if `fit` received a dataframe with string column names.

    See Also
    --------
    Zigzag : Draws a zigzag.

    Notes
    -----
    The line goes from the first column to the last one; its ends are sampled uniformly
    from all rows but the last. As in MNIST-C [1]_, it adds ``max(0, 1 + log(1 - d /
    width))`` at the vertical distance d (pixels) from the line, so that it ends at
    0.63 times `width`; it starts with a gap, and leaves out the last column.

    References
    ----------
    .. [1] Mu and Gilmer (2019). MNIST-C: a robustness benchmark for computer vision.
       arXiv:1906.02337, and https://github.com/google-research/mnist-c.
    """

    _parameter_constraints: dict[str, list[Any]] = {
        **SpatialCorruption._parameter_constraints,
        "width": real(0, 100),
        "dash": integer(1, 1000),
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        width: float = 2.3,
        *,
        dash: int = 2,
        image_shape: tuple[int, int] | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.width = width
        self.dash = dash
        self.image_shape = image_shape
        self.random_state = random_state

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        if np.float32(self.width) == 0:
            return pixels
        n, height, width = pixels.shape
        ends = np.empty((n, 2))
        for index, rng in enumerate(image_generators(pixels, seed)):
            ends[index] = rng.integers(max(1, height - 1), size=2)
        columns = np.arange(width - 1)
        columns = columns[columns // self.dash % 2 == 1]
        slopes = (ends[:, 1:] - ends[:, :1]) / max(1, width - 1)
        line = ends[:, :1] + slopes * columns
        drawn = pixels.copy()
        drawn[:, :, columns] += _profile(line, height, self.width)
        return drawn


class Zigzag(SpatialCorruption):
    """Draw a zigzag from the left to the right.

    Parameters
    ----------
    width : float, default=2.3
        Width in pixels, in [0, 100]; 0 draws nothing. See :class:`DottedLine` for the
        profile.

    amplitude : float, default=2
        Height of the teeth above and below the middle, in pixels, in [0, 100].

    length : float, default=2
        Quarter of the period of the teeth, in pixels, in [1, 1000].

    image_shape : tuple of int or None, default=None
        Height and width in pixels of images passed as rows. None infers it: from a
        stack, else a square, else a single row.

    random_state : int, RandomState instance or None, default=None
        With an int, the line is a function of the seed and the content of the image.
        Otherwise each call samples new lines.

    Attributes
    ----------
    image_shape_ : tuple of int
        Height and width in pixels of the images in `fit`.

    n_features_in_ : int
        Number of pixels per image.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, if `fit` received a dataframe with string column names.

    See Also
    --------
    DottedLine : Draws a dashed line.

    Notes
    -----
    The middle line leaves out two columns on each side, where the image has at least
    six. As in MNIST-C [1]_, its first row is sampled uniformly from all but the last;
    it then falls or rises by -5 to 4 rows. The zigzag is a triangle wave along that
    line.

    References
    ----------
    .. [1] Mu and Gilmer (2019). MNIST-C: a robustness benchmark for computer vision.
       arXiv:1906.02337, and https://github.com/google-research/mnist-c.
    """

    _parameter_constraints: dict[str, list[Any]] = {
        **SpatialCorruption._parameter_constraints,
        "width": real(0, 100),
        "amplitude": real(0, 100),
        "length": real(1, 1000),
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        width: float = 2.3,
        *,
        amplitude: float = 2,
        length: float = 2,
        image_shape: tuple[int, int] | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.width = width
        self.amplitude = amplitude
        self.length = length
        self.image_shape = image_shape
        self.random_state = random_state

    def _corrupt(self, pixels: NDArray[Any], seed: int) -> NDArray[Any]:
        if np.float32(self.width) == 0:
            return pixels
        n, height, width = pixels.shape
        starts, rises = np.empty((2, n), dtype=np.int64)
        for index, rng in enumerate(image_generators(pixels, seed)):
            starts[index] = rng.integers(max(1, height - 1))
            rises[index] = rng.integers(-_RISE, _RISE)
        drawn = pixels.copy()
        for rise in np.unique(rises):
            chosen = rises == rise
            drawn[chosen] += self._ink(starts[chosen], rise, pixels.shape[1:])
        return drawn

    def _ink(
        self, starts: NDArray[np.int64], rise: int, shape: tuple[int, ...]
    ) -> NDArray[np.float32]:
        """Return what is added to images whose zigzags start at these rows."""
        height, width = shape
        margin = _MARGIN if width >= 3 * _MARGIN else 0
        vertices = self._vertices(width - 1 - 2 * margin, rise)
        added = np.zeros((len(starts), height, width), dtype=np.float32)
        for first, last in zip(vertices[:-1], vertices[1:], strict=True):
            (x0, y0), (x1, y1) = sorted([first, last], key=lambda vertex: vertex[0])
            if x0 == x1:
                continue
            left = max(0, int(np.floor(margin + x0)))
            columns = np.arange(left, min(width, int(np.ceil(margin + x1))))
            rows = y0 + (y1 - y0) / (x1 - x0) * (columns - margin - x0)
            line = starts[:, np.newaxis] + rows
            added[:, :, columns] += _profile(line, height, self.width)
        return added

    def _vertices(self, span: int, rise: int) -> NDArray[np.float64]:
        """Return the vertices, (column, row), relative to the start of the line."""
        distance = np.hypot(span, rise)
        peaks = np.arange(self.length, distance, 2 * self.length)
        along = np.concatenate([[0], peaks, [distance]])
        # A triangle wave: linear between its extremes, which alternate.
        phase = (along / self.length + 1) % 4
        across = self.amplitude * (1 - np.abs(phase - 2))
        columns, rows = span * along - rise * across, rise * along + span * across
        return np.stack([columns, rows], axis=1) / max(distance, 1)


def _profile(
    line: NDArray[np.float64], height: int, width: float
) -> NDArray[np.float32]:
    """Return the ink of lines at rows `line`, (n, n_columns), for all rows.

    It is ``max(0, 1 + log(1 - d / width))`` at the vertical distance d, in pixels.
    """
    rows = np.arange(height, dtype=np.float32)[:, np.newaxis]
    distance = np.abs(rows - line[:, np.newaxis].astype(np.float32))
    # Beyond this fraction of the width, the ink is 0 and the logarithm may not exist.
    fraction = np.minimum(distance / np.float32(width), np.float32(1 - np.exp(-1)))
    return np.maximum(1 + np.log1p(-fraction), 0)
