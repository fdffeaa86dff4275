"""Weights of a layer as images."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skdigits.inspection import check_holds_network
from skdigits.plotting._axes import figure_and_axes
from skdigits.plotting._tiles import STEP, TILE_SIZE, block_height, draw_block, finish

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_filters(
    estimator: Any,
    *,
    layer: str | None = None,
    n_columns: int = 16,
    ax: "Axes | None" = None,
) -> "Axes":
    """Plot the weights of a layer as images: positive red, negative blue.

    For a convolution on images of one channel, each tile is one filter. For other
    convolutions, each row is a filter and each column one of its input channels. For a
    dense layer whose inputs are pixels, each tile holds the weights of one unit. For a
    dense layer whose outputs are pixels, each tile holds the weights of one input unit.

    Parameters
    ----------
    estimator : estimator
        A fitted network of this package.
    layer : str, default=None
        Name of the layer, also inside a submodel; None selects the first layer whose
        weights can be plotted.
    n_columns : int, default=16
        Tiles per row. Ignored for convolutions on several channels.
    ax : matplotlib.axes.Axes, default=None
        Axes to plot on; None creates a new figure that fits the tiles.

    Returns
    -------
    ax : matplotlib.axes.Axes
        Axes with the tiles and a colour bar. All tiles have the same scale.

    Raises
    ------
    TypeError
        If `estimator` is not a network of this package.
    ValueError
        If no layer of this name has weights that can be plotted.

    See Also
    --------
    plot_feature_maps : Plots the outputs of the layers for one image.

    Examples
    --------
    >>> from skdigits import MLPDigitClassifier
    >>> from skdigits.datasets import load_small_digits
    >>> from skdigits.plotting import plot_filters
    >>> X, y = load_small_digits(return_X_y=True)
    >>> mlp = MLPDigitClassifier((32,), epochs=5, random_state=0).fit(X, y)
    >>> ax = plot_filters(mlp)
    """
    check_holds_network(estimator, "plot_filters")
    filters_of = dict(_find_filters(estimator.network_, estimator.image_shape_))
    if layer is not None and layer not in filters_of:
        raise ValueError(
            f"plot_filters: {type(estimator).__name__} has no layer {layer!r} whose "
            f"weights can be plotted. Choose from {list(filters_of)}."
        )
    name = next(iter(filters_of)) if layer is None else layer
    filters = filters_of[name]
    n_filters, n_channels, height, width = filters.shape
    title = f"{name}: {n_filters} filters of {height}×{width} weights"
    if n_channels > 1:
        n_columns = n_channels
        title = (
            f"{name}: {n_filters} filters (rows) on {n_channels} channels (columns), "
            f"{height}×{width} weights each"
        )
    tiles = filters.reshape(-1, height, width)
    n_columns = min(n_columns, len(tiles))
    size = n_columns * STEP, block_height(len(tiles), height / width, n_columns)
    figure, ax = figure_and_axes(ax, size=_figure_size(*size), layout="compressed")
    finish(ax, n_columns, draw_block(ax, tiles, top=0.0, n_columns=n_columns))
    ax.set_title(title, loc="left", fontsize=10)
    figure.colorbar(
        ax.images[0],
        ax=ax,
        location="bottom",
        label="weight (dimensionless)",
        shrink=0.5,
        pad=0.3 / figure.get_figheight(),
        aspect=40,
    )
    return ax


def _find_filters(
    network: Any, image_shape: tuple[int, int]
) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield layer names and filters (n_filters, n_channels, height, width)."""
    n_pixels = image_shape[0] * image_shape[1]
    for layer in network.layers:
        if hasattr(layer, "layers"):
            yield from _find_filters(layer, image_shape)
            continue
        kernel = next(
            (np.asarray(w) for w in layer.weights if w.name == "kernel"), None
        )
        if kernel is None:
            continue
        if kernel.ndim == 4:
            yield layer.name, kernel.transpose(3, 2, 0, 1)
        elif kernel.ndim == 2 and n_pixels in kernel.shape:
            units = kernel.T if kernel.shape[0] == n_pixels else kernel
            yield layer.name, units.reshape(-1, 1, *image_shape)


def _figure_size(width: float, height: float) -> tuple[float, float]:
    """Return the figure size in inches, with space for title and colour bar."""
    tile = min(TILE_SIZE, 7.2 / width)
    return max(tile * width, 4.0), tile * height + 1.1
