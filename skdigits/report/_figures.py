"""Figures for the page: so wide that their text is legible on a phone."""

from typing import TYPE_CHECKING, Literal, cast

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
