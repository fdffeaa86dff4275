"""Grids of digit images."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdigits._images import (
    describe_channels,
    refuse_one_image,
    resolve_image_shape,
    to_unit_range,
    warn_outside_unit_range,
)
from skdigits.plotting._axes import as_text, figure_and_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_digits(
    images: ArrayLike,
    *,
    image_shape: tuple[int, int] | None = None,
    n_columns: int = 10,
    titles: Sequence[object] | None = None,
    row_labels: Sequence[object] | None = None,
    column_labels: Sequence[object] | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """Plot a grid of digit images, dark on white, on one Axes.

    Parameters
    ----------
    images : array-like of shape (n_images, n_features), (n_images, height, width) or \
            (n_images, height, width, 1)
        Images, row by row: ``uint8`` in 0..255, or floats in [0, 1]. Values outside
        are clipped.
    image_shape : tuple of int, default=None
        Height and width of the images in pixels. None infers it: from a stack of
        images, else a square.
    n_columns : int, default=10
        Images per row of the grid.
    titles : sequence of length n_images, default=None
        Titles above the images, shown as plain text.
    row_labels : sequence of length n_rows, default=None
        Labels to the left of the rows, shown as plain text.
    column_labels : sequence of length n_columns, default=None
        Labels above the columns, shown as plain text.
    ax : matplotlib.axes.Axes, default=None
        Axes to plot on; None creates a new figure that fits the grid.

    Returns
    -------
    ax : matplotlib.axes.Axes
        Axes with the grid. One unit of the data coordinates is one pixel.

    Raises
    ------
    ValueError
        If `images` has another shape, or `titles`, `row_labels` or `column_labels`
        have the wrong length.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skdigits.plotting import plot_digits
    >>> digits = load_digits()
    >>> ax = plot_digits(digits.images[:20] / 16, titles=digits.target[:20])
    """
    tiles = _as_tiles(images, image_shape)
    n_rows = -(-len(tiles) // n_columns)
    n_used_columns = min(n_columns, len(tiles))
    _check_length("titles", titles, len(tiles))
    _check_length("row_labels", row_labels, n_rows)
    _check_length("column_labels", column_labels, n_used_columns)
    _, height, width = tiles.shape
    mosaic, corners = _mosaic(tiles, n_columns, with_titles=titles is not None)
    _, ax = figure_and_axes(ax, layout="compressed", size=_figure_size(mosaic, width))
    _draw_mosaic(ax, mosaic, corners, height, width)
    if row_labels is not None:
        ax.set_yticks(
            [top + (height - 1) / 2 for top, _ in corners[::n_columns]],
            [as_text(label) for label in row_labels],
        )
    if column_labels is not None:
        # Titles of the first row are between the images and these labels.
        pad = 4 if titles is None else 16
        ax.tick_params(axis="x", labeltop=True, labelbottom=False, pad=pad)
        ax.set_xticks(
            [left + (width - 1) / 2 for _, left in corners[:n_used_columns]],
            [as_text(label) for label in column_labels],
        )
    if titles is not None:
        for title, (top, left) in zip(titles, corners, strict=True):
            middle = left + (width - 1) / 2
            ax.text(middle, top - 1, as_text(title), ha="center", va="bottom")
    return ax


def _as_tiles(images: ArrayLike, image_shape: Any) -> NDArray[Any]:
    """Return images as an array of shape (n_images, height, width) in [0, 1]."""
    array = np.asarray(images)
    if array.ndim == 4 and array.shape[3] == 1:
        array = array[..., 0]
    refuse_one_image(array.shape, "plot_digits", "images")
    if array.ndim == 4:
        raise ValueError(
            f"plot_digits: images has shape {array.shape}, got "
            f"{describe_channels(array.shape[1:], 'images', axis=1)}."
        )
    if array.ndim not in (2, 3) or len(array) == 0:
        raise ValueError(
            f"plot_digits: images has shape {array.shape}, expected (n_images, "
            "n_features) or (n_images, height, width) with at least one image. For a "
            "single image pass images[None]."
        )
    if not np.isfinite(array).all():
        raise ValueError("plot_digits: images contains NaN or infinity.")
    flat = array.reshape(len(array), -1)
    warn_outside_unit_range(flat, "plot_digits", "images")
    stack_shape = array.shape if array.ndim == 3 else None
    row = flat[:1].shape
    shape = resolve_image_shape(row, image_shape, stack_shape, "plot_digits")
    if image_shape is None and stack_shape is None and shape[0] < shape[1]:
        raise ValueError(
            f"plot_digits: images of shape {array.shape} look like one image. Pass "
            f"images[None], or image_shape={shape} if each row is an image."
        )
    return to_unit_range(flat).reshape(-1, *shape)


def _check_length(name: str, values: Sequence[object] | None, length: int) -> None:
    """Raise ValueError if `values` are given and do not have this length."""
    if values is not None and len(values) != length:
        raise ValueError(
            f"plot_digits: {name} has {len(values)} entries, expected {length}."
        )


def _mosaic(
    tiles: NDArray[Any], n_columns: int, *, with_titles: bool
) -> tuple[NDArray[np.floating], list[tuple[int, int]]]:
    """Return one array of all tiles, NaN between them, and their top left corners."""
    _, height, width = tiles.shape
    gap = max(1, width // 8)
    column_step = width + gap
    # Titles are in the gap above their image.
    row_step = height + (height // 2 if with_titles else gap)
    corners = [
        (i // n_columns * row_step, i % n_columns * column_step)
        for i in range(len(tiles))
    ]
    n_used_columns = min(n_columns, len(tiles))
    mosaic = np.full(
        (corners[-1][0] + height, n_used_columns * column_step - gap), np.nan
    )
    for tile, (top, left) in zip(tiles, corners, strict=True):
        mosaic[top : top + height, left : left + width] = tile
    return mosaic, corners


def _figure_size(mosaic: NDArray[np.floating], tile_width: int) -> tuple[float, float]:
    """Return the figure size in inches, with images at most an inch wide."""
    height, width = mosaic.shape
    pixel = min(1 / tile_width, 6.4 / width)
    # Titles and labels need space even for small grids.
    return max(pixel * width, 2.0) + 0.2, pixel * height + 0.4


def _draw_mosaic(
    ax: "Axes",
    mosaic: NDArray[np.floating],
    corners: list[tuple[int, int]],
    height: int,
    width: int,
) -> None:
    """Plot the mosaic with a thin frame around each tile, without ticks."""
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    ax.imshow(mosaic, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    frames = [
        Rectangle((left - 0.5, top - 0.5), width, height) for top, left in corners
    ]
    ax.add_collection(
        PatchCollection(
            frames, facecolor="none", edgecolor="0.7", linewidth=0.5, clip_on=False
        )
    )
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.set_xticks([])
    ax.set_yticks([])
