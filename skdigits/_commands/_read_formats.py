"""The formats in which ``skdigits read`` writes what is on a page."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from skdigits._files._text import disarm_formula, escape, write_line

if TYPE_CHECKING:
    from skdigits.reading import DigitReading

COLUMNS = (
    *("page", "line", "word", "label", "probability"),
    *("top", "left", "bottom", "right"),
)


@dataclass(frozen=True)
class Page:
    """A page of a file, and what was read on it."""

    name: str
    is_only: bool  # no other page is asked for
    readings: "list[DigitReading]"

    @property
    def has_digits(self) -> bool:
        """Whether any digit is certain enough."""
        return any(one.label != "?" for one in self.readings)

    @property
    def lines(self) -> list[str]:
        """The text of each line."""
        from skdigits.reading._records import join_lines  # imports NumPy

        return join_lines(self.readings)


Writer = Callable[[Page], None]


class _TextWriter:
    """Writes the lines of each page, with its name if there are several."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __call__(self, page: Page) -> None:
        if not page.has_digits:
            return  # reported on standard error
        for line in page.lines:
            fields = (line,) if page.is_only else (page.name, line)
            write_line(self._stream, *fields)


class _JsonWriter:
    """Writes one object per page and line."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __call__(self, page: Page) -> None:
        digits = [
            {
                "label": one.label,
                "probability": round(one.probability, 4),
                "candidates": {
                    label: round(value, 4) for label, value in one.candidates
                },
                "box": one.box,
                "line": one.line,
                "word": one.word,
            }
            for one in page.readings
        ]
        # Surrogates of names that are not valid UTF-8 are escaped by JSON itself.
        text = json.dumps({"page": page.name, "lines": page.lines, "digits": digits})
        self._stream.write(text + "\n")
        self._stream.flush()


class _CsvWriter:
    """Writes a header and one row per digit."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._write(COLUMNS)

    def __call__(self, page: Page) -> None:
        name = disarm_formula(escape(page.name))
        for one in page.readings:
            label = disarm_formula(escape(one.label))
            probability = f"{one.probability:.4f}"
            self._write((name, one.line, one.word, label, probability, *one.box))

    def _write(self, row: tuple[object, ...]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow(row)
        write_line(self._stream, text.getvalue())


WRITERS: dict[str, Callable[[TextIO], Writer]] = {
    "text": _TextWriter,
    "json": _JsonWriter,
    "csv": _CsvWriter,
}
