"""What an experiment is and what it hands back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from skdigits.report._context import Context

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Column:
    """A column of a table: its name in the CSV file, and how the page shows it."""

    name: str
    heading: str
    show: str = "{}"


@dataclass(frozen=True)
class Table:
    """Numbers for one CSV file, `name`.csv, that the page shows too."""

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]

    def shown_rows(self) -> list[list[str]]:
        """Cells as the page writes them."""
        return [
            [
                column.show.format(cell)
                for column, cell in zip(self.columns, row, strict=True)
            ]
            for row in self.rows
        ]


@dataclass(frozen=True)
class Picture:
    """A drawing for one file, `name`.png; `alt` says in words what it shows."""

    name: str
    caption: str
    alt: str
    figure: "Figure"


@dataclass(frozen=True)
class Result:
    """What an experiment found; the prose is computed from its numbers."""

    method: Sequence[str]
    conclusion: Sequence[str]
    pictures: Sequence[Picture]
    tables: Sequence[Table]


@dataclass(frozen=True)
class Experiment:
    """One entry of the report: what it asks, and the function that answers."""

    name: str
    title: str
    description: str
    question: str
    run: Callable[[Context], Result]


def new_figure(
    height: float = 3.6, layout: Literal["constrained", "compressed"] = "constrained"
) -> "Figure":
    """Figure so wide (5 inches) that its text is legible on a phone."""
    from matplotlib.figure import Figure

    return Figure(figsize=(5, height), layout=layout)


def percent(fraction: float, digits: int = 1) -> str:
    """Write a fraction as the prose does."""
    return f"{fraction:.{digits}%}"
