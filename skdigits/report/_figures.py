"""Figures for the page, of a width at which text is legible on a phone."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from skdigits.plotting import plot_digits
from skdigits.report._experiment import Plot

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 5.0  # inches
# Diagrams and feature maps may be wider than this; they take the width of the page.
WIDE = 6.5


def new_figure(
    height: float = 3.6, layout: Literal["constrained", "compressed"] = "constrained"
) -> "Figure":
    """Return a figure of the standard width that is not shown on a screen."""
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH, height), layout=layout)


def plot_from_axes(ax: "Axes", *, name: str, caption: str, alt: str) -> Plot:
    """Return the plot of a function that created its own figure."""
    import matplotlib.pyplot as plt

    figure = cast("Figure", ax.get_figure())
    plt.close(figure)  # free the memory
    return Plot(name, caption, alt, figure, wide=figure.get_figwidth() > WIDE)


def digit_grid(
    rows: Sequence[NDArray[Any]],
    labels: Sequence[object],
    *,
    column_labels: Sequence[str] | None = None,
    name: str,
    caption: str,
    alt: str,
) -> Plot:
    """Return a plot of digits in rows of equal length.

    `labels` are those of the rows.
    """
    n_columns = len(rows[0])
    height, width = rows[0].shape[1:]
    margin = 0.3 if column_labels is None else 0.5
    figure = new_figure(
        height=margin + 4.2 / n_columns * len(rows) * height / width,
        layout="compressed",
    )
    plot_digits(
        np.concatenate(rows),
        n_columns=n_columns,
        row_labels=labels,
        column_labels=column_labels,
        ax=figure.subplots(),
    )
    return Plot(name, caption, alt, figure)
