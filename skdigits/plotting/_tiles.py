"""Blocks of small images (tiles), each one unit of the axes wide."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STEP = 1.12  # distance between tiles
HEADING = 0.75  # height of the heading of a block
TILE_SIZE = 0.4  # inches, in new figures
FONT_SIZE = 8.0  # points


def block_height(n_tiles: int, aspect: float, n_columns: int) -> float:
    """Return the height of a block of tiles of height `aspect`."""
    return -(-n_tiles // n_columns) * (aspect + STEP - 1)


def draw_block(
    ax: "Axes",
    tiles: NDArray[np.floating],
    *,
    top: float,
    n_columns: int,
    heading: str = "",
) -> float:
    """Plot tiles (n, height, width) with a common scale; return the lower edge.

    Values are black on white. If any are negative, negative values are blue and
    positive values red. The vertical axis points down.
    """
    from matplotlib.colors import Normalize
    from matplotlib.image import AxesImage

    aspect = tiles.shape[1] / tiles.shape[2]
    if heading:
        ax.text(0, top + 0.8 * HEADING, heading, fontsize=FONT_SIZE)
        top += HEADING + STEP - 1
    scale = colour_scale(tiles)
    norm = Normalize(scale["vmin"], scale["vmax"])
    for index, tile in enumerate(tiles):
        row, column = divmod(index, n_columns)
        x, y = column * STEP, top + row * (aspect + STEP - 1)
        # What `ax.imshow` does, without new limits of the axes for each tile.
        image = AxesImage(
            ax,
            extent=(x, x + 1, y + aspect, y),
            interpolation="nearest",
            cmap=scale["cmap"],
            norm=norm,
        )
        image.set_data(tile)
        image.set_clip_path(ax.patch)
        ax.add_image(image)
    _draw_frames(ax, len(tiles), aspect, top, n_columns)
    return top + block_height(len(tiles), aspect, n_columns)


def colour_scale(values: NDArray[np.floating]) -> dict[str, Any]:
    """Return options of `imshow` that show 0 white and the maximum dark."""
    largest = float(np.abs(values).max()) or 1.0
    if values.min() < 0:
        return {"cmap": "RdBu_r", "vmin": -largest, "vmax": largest}
    return {"cmap": "gray_r", "vmin": 0.0, "vmax": largest}


def finish(ax: "Axes", n_columns: int, bottom: float) -> None:
    """Set the limits to show all blocks, and hide the frame and ticks."""
    ax.set(xlim=(-0.1, n_columns * STEP), ylim=(bottom, -0.1), aspect="equal")
    ax.set_axis_off()


def _draw_frames(
    ax: "Axes", n_tiles: int, aspect: float, top: float, n_columns: int
) -> None:
    """Draw a thin frame around each tile."""
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    corners = (divmod(index, n_columns) for index in range(n_tiles))
    frames = [
        Rectangle((column * STEP, top + row * (aspect + STEP - 1)), 1, aspect)
        for row, column in corners
    ]
    ax.add_collection(
        PatchCollection(frames, facecolor="none", edgecolor="0.7", linewidth=0.5)
    )
