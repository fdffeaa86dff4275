"""Images decoded from a grid in a latent space."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdigits.plotting._axes import figure_and_axes
from skdigits.plotting._latent_plane import LatentPlane, Points

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Percent of the latent vectors beyond the grid at either end of each axis: outliers
# would take up most of it.
_OUTLIER_PERCENT = 1.0


def plot_latent_grid(
    autoencoder: Any, X: ArrayLike, *, n: int = 15, ax: "Axes | None" = None
) -> "Axes":
    """Plot the images that an autoencoder decodes from a grid in its latent space.

    The grid spans the latent vectors of `X`, from the 1st to the 99th percentile of
    each axis. The axes are those of `LatentSpaceDisplay` for the same `X`.

    Parameters
    ----------
    autoencoder : estimator
        A fitted autoencoder with ``encode`` and ``decode``.
    X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
        Images whose latent vectors define the grid.
    n : int, default=15
        Number of images along each axis, 2 or more.
    ax : matplotlib.axes.Axes, default=None
        Axes to plot on; None creates a new figure.

    Returns
    -------
    ax : matplotlib.axes.Axes
        Axes with the grid. Each image is centred on its latent vector.

    Raises
    ------
    ValueError
        If latent vectors have a single component, or are constant along an axis, or
        `n` is less than 2.

    See Also
    --------
    LatentSpaceDisplay : Plots the latent vectors of images on the same axes.

    Notes
    -----
    With more than two components, the axes are the first two principal components of
    the latent vectors of `X`; the others have their mean value. The grid then shows
    only a plane through the latent space.

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
        raise ValueError(f"plot_latent_grid: n must be 2 or more, got {n!r}.")
    latent = autoencoder.encode(X)
    plane = LatentPlane(latent, "plot_latent_grid")
    percentiles = [_OUTLIER_PERCENT, 100 - _OUTLIER_PERCENT]
    low, high = np.percentile(plane.project(latent), percentiles, axis=0)
    if np.any(low == high):
        raise ValueError(
            "plot_latent_grid: all latent vectors have the same value along an axis: "
            "a unit of the latent layer is dead. Fit with another random_state, or "
            "with an activation whose units do not die, such as 'elu'."
        )
    images = autoencoder.decode(plane.unproject(_grid(low, high, n)))
    height, width = autoencoder.image_shape_
    mosaic, share = _mosaic(images.reshape(n, n, height, width))
    margin = share * (high - low) / (n - 1) / 2  # half an image
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
    """Return n * n points row by row, from the upper left corner."""
    x = np.linspace(low[0], high[0], n)
    y = np.linspace(high[1], low[1], n)
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)


def _mosaic(tiles: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return one array of the tiles with gaps, and the fraction tile / (tile + gap)."""
    height, width = tiles.shape[2:]
    gap = max(1, width // 8)
    padded = np.pad(tiles, [(0, 0), (0, 0), (0, gap), (0, gap)])
    n_rows, n_columns, *step = padded.shape
    mosaic = padded.swapaxes(1, 2).reshape(n_rows * step[0], n_columns * step[1])
    return mosaic[:-gap, :-gap], np.array([width / step[1], height / step[0]])
