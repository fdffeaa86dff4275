"""Figures for the page: so wide that their text is legible on a phone."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from skdigits.plotting import plot_digits
from skdigits.report._experiment import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 5.0  # inches
# Diagrams and blocks of maps are as large as they need, and hold small letters.
WIDE = 6.5


def new_figure(
    height: float = 3.6, layout: Literal["constrained", "compressed"] = "constrained"
) -> "Figure":
    """Figure of the page's width, on no screen."""
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH, height), layout=layout)


def drawn(ax: "Axes", *, name: str, caption: str, alt: str) -> Picture:
    """Picture of a drawing that made its own figure, of the size it needs."""
    import matplotlib.pyplot as plt

    figure = cast("Figure", ax.get_figure())
    plt.close(figure)  # it would stay in memory until the end
    return Picture(name, caption, alt, figure, wide=figure.get_figwidth() > WIDE)


def grid(
    rows: Sequence[NDArray[Any]],
    labels: Sequence[object],
    *,
    name: str,
    caption: str,
    alt: str,
) -> Picture:
    """Picture of rows of digits, equally many in each, below each other."""
    n_columns = len(rows[0])
    height, width = rows[0].shape[1:]
    figure = new_figure(
        height=0.3 + 4.2 / n_columns * len(rows) * height / width, layout="compressed"
    )
    plot_digits(
        np.concatenate(rows),
        n_columns=n_columns,
        row_labels=labels,
        ax=figure.subplots(),
    )
    return Picture(name, caption, alt, figure)
