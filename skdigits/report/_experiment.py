"""What an experiment is and what it hands back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skdigits.report._context import Context

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Column:
    """A column of a table: its name in the CSV file, and how the page shows it."""

    name: str
    heading: str
    show: str = "{}"
    # What the page shows where there is no value.
    missing: str = "–"


@dataclass(frozen=True)
class Table:
    """Numbers for one CSV file, `name`.csv, that the page shows too."""

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]

    def text_columns(self) -> list[bool]:
        """Whether a column holds words, which start at the left."""
        cells = zip(*self.rows, strict=True)
        return [any(isinstance(cell, str) for cell in column) for column in cells]

    def shown_rows(self) -> list[list[str]]:
        """Cells as the page writes them."""
        return [
            [
                column.missing if cell is None else column.show.format(cell)
                for column, cell in zip(self.columns, row, strict=True)
            ]
            for row in self.rows
        ]


@dataclass(frozen=True)
class Picture:
    """A drawing for one file, `name`.png; `alt` says in words what it shows.

    A wide one has the page's width for itself; on a narrow screen it can be scrolled.
    """

    name: str
    caption: str
    alt: str
    figure: "Figure | None"  # None once it is in its file
    wide: bool = False


@dataclass(frozen=True)
class KeyFigure:
    """One result of ours, with the lab's where that can be compared.

    Where both are numbers, and more is better, they stand in `value` and `lab_value`.
    """

    what: str
    ours: str
    lab: str = ""
    value: float | None = None
    lab_value: float | None = None

    @property
    def verdict(self) -> str:
        """Whether ours is at or above the lab's; empty where nothing tells."""
        if not self.lab or self.value is None or self.lab_value is None:
            return ""
        # A share of the test pictures may come from a mean in single precision.
        return "yes" if self.value > self.lab_value - 1e-6 else "no"


@dataclass(frozen=True)
class Result:
    """What an experiment found; the prose is computed from its numbers."""

    method: Sequence[str]
    conclusion: Sequence[str]
    pictures: Sequence[Picture]
    tables: Sequence[Table]
    key_figures: Sequence[KeyFigure] = ()


@dataclass(frozen=True)
class Experiment:
    """One entry of the report: what it asks, and the function that answers."""

    name: str
    title: str
    description: str
    question: str
    run: Callable[[Context], Result]


def fraction(name: str, heading: str) -> Column:
    """Column of fractions that the page shows in percent."""
    return Column(name, heading, "{:.2%}")


def percent(fraction: float, digits: int = 1) -> str:
    """Write a fraction as the prose does."""
    return f"{fraction:.{digits}%}"
