"""Grids of digits."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdigits._images import resolve_image_shape, to_unit_range
from skdigits.plotting._axes import figure_and_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_digits(
    images: ArrayLike,
    *,
    image_shape: tuple[int, int] | None = None,
    n_columns: int = 10,
    titles: Sequence[object] | None = None,
    row_labels: Sequence[object] | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw a grid of digits, dark ink on white, in one Axes.

    Parameters
    ----------
    images : array-like of shape (n_images, n_features), (n_images, height, width) or \
            (n_images, height, width, 1)
        The pictures, row by row: ``uint8`` in 0..255, or floats in [0, 1], beyond
        which they are drawn as 0 or 1.
    image_shape : tuple of int, default=None
        Height and width in pixels; None takes them from a stack and else expects
        square pictures.
    n_columns : int, default=10
        Pictures per row of the grid.
    titles : sequence of length n_images, default=None
        What to write above each picture.
    row_labels : sequence of length n_rows, default=None
        What to write to the left of each row.
    ax : matplotlib.axes.Axes, default=None
        Where to draw; None makes a new figure, as large as the grid needs.

    Returns
    -------
    ax : matplotlib.axes.Axes
        The Axes with the grid. One unit on its axes is one pixel.

    Raises
    ------
    ValueError
        If `images` is no stack of pictures, or `titles` or `row_labels` have the wrong
        length.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skdigits.plotting import plot_digits
    >>> digits = load_digits()
    >>> ax = plot_digits(digits.images[:20] / 16, titles=digits.target[:20])
    """
    tiles = _as_tiles(images, image_shape)
    n_rows = -(-len(tiles) // n_columns)
    _check_length("titles", titles, len(tiles))
    _check_length("row_labels", row_labels, n_rows)
    _, height, width = tiles.shape
    mosaic, corners = _mosaic(tiles, n_columns, with_titles=titles is not None)
    _, ax = figure_and_axes(ax, layout="compressed", size=_figure_size(mosaic, width))
    _draw_mosaic(ax, mosaic, corners, height, width)
    if row_labels is not None:
        ax.set_yticks(
            [top + (height - 1) / 2 for top, _ in corners[::n_columns]],
            [str(label) for label in row_labels],
        )
    if titles is not None:
        for title, (top, left) in zip(titles, corners, strict=True):
            middle = left + (width - 1) / 2
            ax.text(middle, top - 1, str(title), ha="center", va="bottom")
    return ax


def _as_tiles(images: ArrayLike, image_shape: Any) -> NDArray[Any]:
    """Pictures as an array of shape (n_images, height, width) of inks in [0, 1]."""
    pictures = np.asarray(images)
    if pictures.ndim == 4 and pictures.shape[3] == 1:
        pictures = pictures[..., 0]
    if pictures.ndim not in (2, 3) or len(pictures) == 0:
        raise ValueError(
            f"plot_digits: images has shape {pictures.shape}, expected at least one "
            "picture in (n_images, n_features) or (n_images, height, width). For a "
            "single picture pass images[None]."
        )
    rows = pictures.reshape(len(pictures), -1)
    stack_shape = pictures.shape if pictures.ndim == 3 else None
    shape = resolve_image_shape(rows.shape[1], image_shape, stack_shape, "plot_digits")
    return to_unit_range(rows).reshape(-1, *shape)


def _check_length(name: str, values: Sequence[object] | None, length: int) -> None:
    """Raise unless there is one value for each thing to label."""
    if values is not None and len(values) != length:
        raise ValueError(
            f"plot_digits: {name} has {len(values)} entries, expected {length}."
        )


def _mosaic(
    tiles: NDArray[Any], n_columns: int, *, with_titles: bool
) -> tuple[NDArray[np.floating], list[tuple[int, int]]]:
    """One array with all tiles, NaN between them, and each tile's top left corner."""
    _, height, width = tiles.shape
    gap = max(1, width // 8)
    column_step = width + gap
    # A title stands in the gap above its picture.
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
    """Return inches for a mosaic, with pictures of no more than an inch."""
    height, width = mosaic.shape
    pixel = min(1 / tile_width, 6.4 / width)
    # What is written above or beside the grid needs some room whatever its size.
    return max(pixel * width, 2.0) + 0.2, pixel * height + 0.4


def _draw_mosaic(
    ax: "Axes",
    mosaic: NDArray[np.floating],
    corners: list[tuple[int, int]],
    height: int,
    width: int,
) -> None:
    """Draw the mosaic with a thin frame around each tile and nothing else."""
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
