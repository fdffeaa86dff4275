"""One HTML page in which a browser computes the networks."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

from skdigits._files._atomic import write_atomically

if TYPE_CHECKING:
    from skdigits import DenoisingAutoencoder, DigitGenerator

__all__ = ["write"]


def write(
    path: str | os.PathLike[str],
    *,
    classifier: Any = None,
    denoiser: "DenoisingAutoencoder | Iterable[DenoisingAutoencoder] | None" = None,
    generator: "DigitGenerator | None" = None,
    X: ArrayLike | None = None,
    y: ArrayLike | None = None,
) -> None:
    """Write an HTML page in which one can draw, classify, denoise and generate digits.

    The page is one file that holds the networks and a program that computes them. It
    needs no network connection and no Python: open it in any current browser. What is
    drawn or opened in it stays in the browser. See :doc:`/page`.

    Parameters
    ----------
    path : str or os.PathLike
        Path of the HTML file.
    classifier : estimator, default=None
        Fitted `MLPDigitClassifier` or `CNNDigitClassifier` for square images of at
        most 64x64 pixels, on its own, in a `RejectingClassifier`, or at the end of a
        pipeline of a `DigitNormalizer` and denoisers. Several may vote in a
        `VotingClassifier` with ``voting="soft"``. None is the package's.
    denoiser : DenoisingAutoencoder or iterable of DenoisingAutoencoder, default=None
        Fitted denoisers for images of the classifier's size. None is the package's, or
        none if the classifier's images have another size.
    generator : DigitGenerator, default=None
        Fitted generator of images of the classifier's size. None is the package's, or
        none if the classifier's images have another size.
    X : array-like of shape (n_samples, n_features) or (n_samples, height, width), \
default=None
        Images that the networks were not trained on, in the classifier's format. On
        them the accuracy at each amount of noise is measured, and the generator's plane
        shows their latent vectors. None: the curve is shown for the package's models
        only, and the plane shows vectors that the generator samples.
    y : array-like of shape (n_samples,), default=None
        Labels of `X`.

    Raises
    ------
    TypeError
        If a model is not a network of this package.
    ValueError
        If sizes of images do not match or are not square, the networks have more than
        8 million weights, or only one of `X` and `y` is given.
    OSError
        If the file cannot be written.

    Notes
    -----
    Matrices of weights have half precision: probabilities differ from Python's by less
    than 0.01 in general.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skdigits import page
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page.write(Path(folder, "page.html"))
    ...     Path(folder, "page.html").stat().st_size < 4_000_000
    True
    """
    from skdigits.page._content import collect
    from skdigits.page._html import render_page

    data = collect(classifier, denoiser, generator, X, y)
    write_atomically(path, render_page(data).encode())
