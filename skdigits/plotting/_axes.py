"""What every display does to its Axes. No figure is made unless none is given."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

# From the palette of Okabe and Ito, distinct under every common colour blindness.
BLUE, VERMILLION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
GREY = "#595959"


def figure_and_axes(
    ax: "Axes | None",
    *,
    layout: str = "constrained",
    size: tuple[float, float] | None = None,
) -> tuple[Any, "Axes"]:
    """Axes to draw on: the caller's, or those of a new pyplot figure (inches)."""
    if ax is None:
        import matplotlib.pyplot as plt

        _, ax = plt.subplots(layout=layout, figsize=size)
    return ax.figure, ax


def draw_curves(
    ax: "Axes", x: ArrayLike, curves: Iterable[tuple[ArrayLike | None, str, str, str]]
) -> list["Line2D"]:
    """Draw curves over `x`, each (values, name, colour, style), and their legend.

    A curve without values is left out.
    """
    lines = [
        line
        for values, name, colour, style in curves
        if values is not None
        for line in ax.plot(x, values, style, color=colour, label=name)
    ]
    legend_above(ax)
    return lines


def percent_axis(ax: "Axes", quantity: str) -> None:
    """Label the vertical axis, whose data are fractions, in percent."""
    from matplotlib.ticker import PercentFormatter

    ax.set_ylabel(f"{quantity} (%)")
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    ax.grid(axis="y", linewidth=0.5, alpha=0.5)


def noise_axis(ax: "Axes") -> None:
    """Label the horizontal axis, whose data are fractions of pixels, in percent."""
    from matplotlib.ticker import PercentFormatter

    ax.set_xlabel("pixels replaced by noise (%)")
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))


def legend_above(ax: "Axes", n_columns: int = 2) -> None:
    """Put the legend above the Axes, where it covers no data."""
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=n_columns,
        frameon=False,
        borderpad=0.2,
    )
