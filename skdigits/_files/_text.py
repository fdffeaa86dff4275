"""Text of unknown origin, made safe for a line in a terminal or a message."""

import sys
from typing import TextIO

# First characters of formulas, as OWASP lists them under "CSV injection".
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def escape(text: str) -> str:
    r"""Escape control characters, bidirectional overrides, lone surrogates.

    >>> escape("a\tb\x1b[2J")
    'a\\tb\\x1b[2J'
    """
    return "".join(
        character
        if character.isprintable()
        else character.encode("unicode_escape").decode()
        for character in text
    )


def one_line(value: object, limit: int = 1000) -> str:
    """Return the text in one line, escaped; the middle of a long one is left out."""
    text = str(value)
    half = limit // 2
    if len(text) > limit:
        text = f"{text[:half]} ... {text[-half:]}"
    return escape(" ".join(text.split()))


def disarm_formula(text: str) -> str:
    """Return the text with ' in front if a spreadsheet would take it for a formula.

    >>> disarm_formula("=1+1"), disarm_formula("7")
    ("'=1+1", '7')
    """
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def write_line(stream: TextIO, *fields: object) -> None:
    """Write escaped fields, separated by tabs, at once and in any encoding."""
    line = "\t".join(escape(str(field)) for field in fields) + "\n"
    encoding = stream.encoding or "utf-8"
    stream.write(line.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def write_error(error: object) -> None:
    """Write an error of the command line in one line to standard error."""
    write_line(sys.stderr, f"skdigits: error: {one_line(error)}")
