"""Experiments and their results: tables, plots and key figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from skdigits.report._context import Context

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Types of records, with patterns of their text.
FileName = Annotated[str, "[a-z0-9-]{1,50}"]
Format = Annotated[str, r"\{(:[-+]?,?(\.\d)?[a-z%]?)?\}"]
Cell = str | int | float | None


@dataclass(frozen=True)
class Column:
    """A column of a table: its name in the CSV file, its heading and page format."""

    name: str
    heading: str
    show: Format = "{}"
    # Text on the page for a missing value.
    missing: str = "–"


@dataclass(frozen=True)
class Table:
    """A table on the page, also written to the CSV file `name`.csv."""

    name: FileName
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]

    def text_columns(self) -> list[bool]:
        """Return whether each column holds text, which is left-aligned."""
        return [
            any(isinstance(row[index], str) for row in self.rows)
            for index in range(len(self.columns))
        ]

    def formatted_rows(self) -> list[list[str]]:
        """Return the cells formatted for the page."""
        return [
            [
                column.missing if cell is None else column.show.format(cell)
                for column, cell in zip(self.columns, row, strict=True)
            ]
            for row in self.rows
        ]


@dataclass(frozen=True)
class Plot:
    """A plot, written to the file `name`.png; `alt` is its text alternative.

    A wide plot takes the full width of the page and scrolls on a narrow screen.
    """

    name: FileName
    caption: str
    alt: str
    figure: "Figure | None"  # None after it is written to its file
    wide: bool = False


@dataclass(frozen=True)
class LinkedPage:
    """An HTML page of its own, written to the file `name`.html and linked by `text`."""

    name: FileName
    text: str
    write: Callable[[Path], None] | None  # None after it is written to its file


@dataclass(frozen=True)
class KeyFigure:
    """A key result, and that of the lab on MNIST.

    If both were measured on MNIST and higher is better, `value` and `lab_value` hold
    them.
    """

    what: str
    ours: str
    lab: str = ""
    value: float | None = None
    lab_value: float | None = None

    @property
    def verdict(self) -> str:
        """Whether ours is at or above the lab's; empty if they cannot be compared."""
        if not self.lab or self.value is None or self.lab_value is None:
            return ""
        # A fraction of the test images may be a mean in single precision.
        return "yes" if self.value > self.lab_value - 1e-6 else "no"


@dataclass(frozen=True)
class Result:
    """Result of an experiment; its prose is computed from its numbers."""

    method: Sequence[str]
    conclusion: Sequence[str]
    plots: Sequence[Plot]
    tables: Sequence[Table]
    key_figures: Sequence[KeyFigure] = ()
    pages: Sequence[LinkedPage] = ()


@dataclass(frozen=True)
class Experiment:
    """An entry of the report: its question, and the function that answers it."""

    name: str
    title: str
    description: str
    question: str
    run: Callable[[Context], Result]


def fraction(name: str, heading: str) -> Column:
    """Return a column of fractions, shown in percent on the page."""
    return Column(name, heading, "{:.2%}")


def percent(fraction: float, digits: int = 1) -> str:
    """Format a fraction as a percentage."""
    return f"{fraction:.{digits}%}"
