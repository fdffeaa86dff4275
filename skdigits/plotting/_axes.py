"""Axes, labels and legends shared by the plots."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

# Palette of Okabe and Ito, distinguishable with all common colour blindnesses.
BLUE, VERMILLION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
GREY = "#595959"

NOISE_LABEL = "pixels replaced by noise (%)"


def figure_and_axes(
    ax: "Axes | None",
    *,
    layout: str = "constrained",
    size: tuple[float, float] | None = None,
) -> tuple[Any, "Axes"]:
    """Return figure and Axes: of `ax`, or of a new figure of `size` (inches)."""
    if ax is None:
        import matplotlib.pyplot as plt

        _, ax = plt.subplots(layout=layout, figsize=size)
    return ax.figure, ax


def draw_curves(
    ax: "Axes", x: ArrayLike, curves: Iterable[tuple[ArrayLike | None, str, str, str]]
) -> list["Line2D"]:
    """Plot curves over `x`, each (values, name, colour, style), and a legend.

    Curves whose values are None are skipped.
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
    """Label the vertical axis of fractions in percent."""
    from matplotlib.ticker import PercentFormatter

    ax.set_ylabel(f"{quantity} (%)")
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    ax.grid(axis="y", linewidth=0.5, alpha=0.5)


def noise_axis(ax: "Axes") -> None:
    """Label the horizontal axis of noise amounts in percent."""
    from matplotlib.ticker import PercentFormatter

    ax.set_xlabel(NOISE_LABEL)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))


def legend_above(ax: "Axes", n_columns: int = 2) -> None:
    """Add a legend above the Axes, where it does not cover data."""
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=n_columns,
        frameon=False,
        borderpad=0.2,
    )


def as_text(label: object) -> str:
    r"""Return a label without meaning for matplotlib: no mathematics, no hidden entry.

    >>> as_text(r"$\bad$")
    '\\$\\bad\\$'
    """
    text = str(label).replace("$", r"\$")
    # Legends leave out empty names, and names that start with an underscore.
    return text if text and text[0] != "_" else f" {text}"
