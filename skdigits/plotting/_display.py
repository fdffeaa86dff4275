"""What displays have in common: their form in a notebook."""

import base64
import copy
import html
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn import get_config

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST_ROWS = 50

# Names of columns, with units, and their values.
Table = Mapping[str, Sequence[Any] | np.ndarray]


class Display:
    """Base class of displays, which notebooks show as a plot and a folded table."""

    ax_: "Axes"
    figure_: Any

    def plot(self, ax: "Axes | None" = None) -> Self:
        """Plot on `ax`, or on a new figure."""
        raise NotImplementedError

    def _table(self) -> Table:
        """Return the numbers of the plot, in columns of equal length."""
        raise NotImplementedError

    def _repr_html_(self) -> str | None:
        """Return the plot and its numbers; None where scikit-learn shows no HTML."""
        if get_config()["display"] != "diagram":
            return None
        shown = self if hasattr(self, "ax_") else self._plotted_copy()
        figure = shown.figure_.figure  # of a subfigure: the whole one
        image = "" if _is_open(figure) else _image(figure, _description(shown.ax_))
        return f"<div>{image}{_folded(self._table())}</div>"

    def _plotted_copy(self) -> Self:
        from matplotlib.figure import Figure

        return copy.copy(self).plot(Figure(layout="constrained").subplots())


def _is_open(figure: "Figure") -> bool:
    """Return True for a figure of pyplot, which shows it by itself."""
    import matplotlib.pyplot as plt

    number = getattr(figure, "number", None)
    if number is None or not plt.fignum_exists(number):
        return False
    active = plt.gcf()
    # Another figure may have got the number of a closed one.
    is_open = plt.figure(number) is figure
    plt.figure(active.number)
    return is_open


def _image(figure: "Figure", description: str) -> str:
    """Return the figure as an HTML image with an alternative text."""
    png = io.BytesIO()
    figure.savefig(png, format="png", bbox_inches="tight")
    encoded = base64.b64encode(png.getvalue()).decode()
    return (
        f'<img alt="{html.escape(description)}" style="max-width: 100%" '
        f'src="data:image/png;base64,{encoded}">'
    )


def _description(ax: "Axes") -> str:
    """Return what is plotted, in words.

    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> _ = ax.set(xlabel="epoch", ylabel="loss (nats)")
    >>> _description(ax)
    'Plot of loss (nats) against epoch'
    """
    plot = f"Plot of {ax.get_ylabel()} against {ax.get_xlabel()}"
    names = [name.strip() for name in ax.get_legend_handles_labels()[1]]
    return f"{plot}: {', '.join(names)}" if names else plot


def _folded(table: Table) -> str:
    """Return a table that opens with a click, with evenly chosen rows of a long one."""
    n_rows = len(next(iter(table.values())))
    rows = np.unique(np.linspace(0, n_rows - 1, min(n_rows, _MOST_ROWS)).astype(int))
    summary = "Values" if len(rows) == n_rows else f"{len(rows)} of {n_rows} values"
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in table)
    body = "".join(
        f"<tr>{''.join(f'<td>{_cell(v[row])}</td>' for v in table.values())}</tr>"
        for row in rows
    )
    return (
        f"<details><summary>{summary}</summary><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></details>"
    )


def _cell(value: Any) -> str:
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return html.escape(text)
