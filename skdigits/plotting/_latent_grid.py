"""What a decoder draws all over a latent space."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdigits.plotting._axes import figure_and_axes
from skdigits.plotting._latent_plane import LatentPlane, Points

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The grid leaves out this share of the codes at either end of each axis, in percent:
# a few outliers would have most of the grid to themselves.
_LEFT_OUT = 1.0


def plot_latent_grid(
    autoencoder: Any, X: ArrayLike, *, n: int = 15, ax: "Axes | None" = None
) -> "Axes":
    """Draw what an autoencoder decodes at the points of a grid in its latent space.

    The grid spans the codes of `X`, but for the outermost percent at either end of each
    axis. The picture is on the same axes as `LatentSpaceDisplay` for the same `X`.

    Parameters
    ----------
    autoencoder : estimator
        A fitted autoencoder with ``encode`` and ``decode``.
    X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
        Pictures whose codes tell where to look.
    n : int, default=15
        Pictures along each axis, 2 or more.
    ax : matplotlib.axes.Axes, default=None
        Where to draw; None makes a new figure.

    Returns
    -------
    ax : matplotlib.axes.Axes
        The Axes. Each picture is centred on its point.

    Raises
    ------
    ValueError
        If codes have a single component, do not differ along an axis, or `n` is less
        than 2.

    See Also
    --------
    LatentSpaceDisplay : Where pictures lie on these axes.

    Notes
    -----
    Of more than two components, the axes are the first two principal components of the
    codes of `X`, and all others are at their mean. Other codes between the same
    pictures then remain unseen.

    Examples
    --------
    >>> from skdigits import DenoisingAutoencoder
    >>> from skdigits.datasets import load_small_digits
    >>> from skdigits.plotting import plot_latent_grid
    >>> X, y = load_small_digits(return_X_y=True)
    >>> autoencoder = DenoisingAutoencoder("dense", latent_size=2, activation="tanh")
    >>> ax = plot_latent_grid(autoencoder.fit(X), X, n=10)
    """
    if n < 2:
        raise ValueError(f"plot_latent_grid: n={n!r}, expected 2 or more.")
    codes = autoencoder.encode(X)
    plane = LatentPlane(codes, "plot_latent_grid")
    low, high = np.percentile(plane.points(codes), [_LEFT_OUT, 100 - _LEFT_OUT], axis=0)
    if np.any(low == high):
        raise ValueError(
            "plot_latent_grid: all codes have the same value along an axis: a unit of "
            "the code is dead. Fit with another random_state, or with an activation "
            "that cannot die, such as 'elu'."
        )
    pictures = autoencoder.decode(plane.codes(_grid(low, high, n)))
    height, width = autoencoder.image_shape_
    mosaic, share = _mosaic(pictures.reshape(n, n, height, width))
    margin = share * (high - low) / (n - 1) / 2  # half a picture
    (left, bottom), (right, top) = low - margin, high + margin
    _, ax = figure_and_axes(ax, size=(6.4, 6.0))
    ax.imshow(
        mosaic,
        cmap="gray_r",
        vmin=0,
        vmax=1,
        extent=(left, right, bottom, top),
        aspect="auto",
    )
    ax.set_box_aspect(mosaic.shape[0] / mosaic.shape[1])
    ax.set(xlabel=plane.axis_labels[0], ylabel=plane.axis_labels[1])
    return ax


def _grid(low: Points, high: Points, n: int) -> Points:
    """Return n * n points, from the upper left corner row by row."""
    x = np.linspace(low[0], high[0], n)
    y = np.linspace(high[1], low[1], n)
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)


def _mosaic(tiles: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return one array of the tiles with gaps, and the tiles' share of each step."""
    height, width = tiles.shape[2:]
    gap = max(1, width // 8)
    padded = np.pad(tiles, [(0, 0), (0, 0), (0, gap), (0, gap)])
    n_rows, n_columns, *step = padded.shape
    mosaic = padded.swapaxes(1, 2).reshape(n_rows * step[0], n_columns * step[1])
    return mosaic[:-gap, :-gap], np.array([width / step[1], height / step[0]])
