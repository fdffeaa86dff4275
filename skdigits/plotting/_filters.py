"""The weights of a layer as pictures."""

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
    """Draw the weights of a layer as pictures: red positive, blue negative.

    Of a convolution on grey pictures, each picture is the window of one filter. Of a
    later one, each row is a filter and each column one of the channels it looks at. Of
    a dense layer that sees the pixels, each picture holds the weights of one unit; of
    one that puts out pixels, it is what one unit before it adds to the picture.

    Parameters
    ----------
    estimator : estimator
        A fitted network of this package.
    layer : str, default=None
        Name of the layer, which may be inside a submodel; None takes the first with
        weights that make pictures.
    n_columns : int, default=16
        Pictures per row, where a row is not a filter.
    ax : matplotlib.axes.Axes, default=None
        Where to draw; None makes a new figure, as large as the pictures need.

    Returns
    -------
    ax : matplotlib.axes.Axes
        The Axes with the pictures. All are on one scale, shown by a colour bar.

    Raises
    ------
    TypeError
        If `estimator` is none of this package.
    ValueError
        If no layer of this name has weights that make pictures.

    See Also
    --------
    plot_feature_maps : What the filters make of a picture.

    Examples
    --------
    >>> from skdigits import MLPDigitClassifier
    >>> from skdigits.datasets import load_small_digits
    >>> from skdigits.plotting import plot_filters
    >>> X, y = load_small_digits(return_X_y=True)
    >>> mlp = MLPDigitClassifier((32,), epochs=10, random_state=0).fit(X, y)
    >>> ax = plot_filters(mlp)
    """
    check_holds_network(estimator, "plot_filters")
    known = dict(_layers_with_pictures(estimator.network_, estimator.image_shape_))
    if layer is not None and layer not in known:
        raise ValueError(
            f"plot_filters: {type(estimator).__name__} has no layer {layer!r} whose "
            f"weights make pictures. Choose from {list(known)}."
        )
    name = next(iter(known)) if layer is None else layer
    filters = known[name]
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


def _layers_with_pictures(
    network: Any, image_shape: tuple[int, int]
) -> Iterator[tuple[str, NDArray[Any]]]:
    """Name and filters, (n_filters, n_channels, height, width), of fitting layers."""
    n_pixels = image_shape[0] * image_shape[1]
    for layer in network.layers:
        if hasattr(layer, "layers"):
            yield from _layers_with_pictures(layer, image_shape)
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
    """Return inches for so many tiles, with room for title and colour bar."""
    tile = min(TILE_SIZE, 7.2 / width)
    return max(tile * width, 4.0), tile * height + 1.1
