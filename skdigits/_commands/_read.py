"""The command ``skdigits read``: read the numbers on pages."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skdigits._commands._errors import CommandError
from skdigits._commands._load_model import load_model
from skdigits._commands._read_formats import WRITERS, Page
from skdigits._files._text import escape, write_error, write_line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from skdigits.reading import DigitReading, NumberReader

DESCRIPTION = (
    "Read the numbers on pages: one line of text for each line of digits. A digit that "
    "is too uncertain, or perhaps not a digit, is written as ?."
)
EPILOG = (
    "If there are several files or pages, each line starts with the name and a tab; "
    "pages of a file are numbered from 1, as in scan.tif[1]. JSON is one object per "
    "page and line, CSV one row per digit, both with boxes in pixels (top, left, "
    "bottom, right) and probabilities. Files that cannot be read, and pages without "
    "digits, are reported on standard error; the exit status is 2 if a file could not "
    "be read or annotated, else 1 if a page has no digits, else 0."
)
EXIT_NO_DIGITS = 1
EXIT_ERROR = 2


def add_read_command(commands: Any) -> None:
    """Add the command to the subparsers of the command line."""
    parser = commands.add_parser(
        "read",
        help="read the numbers on pages",
        description=DESCRIPTION,
        epilog=EPILOG,
        allow_abbrev=False,
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="images of pages")
    parser.add_argument(
        "--model",
        metavar="FILE",
        help="classifier, or pipeline with one, saved by skdigits.persistence.dump; by "
        "default the one that comes with the package",
    )
    parser.add_argument(
        "--format",
        choices=WRITERS,
        default="text",
        help="format of the output (default: text)",
    )
    parser.add_argument(
        "--annotate",
        metavar="FOLDER",
        help="save each page with boxes and labels drawn onto it, as PNG",
    )
    parser.add_argument(
        "--reject-below",
        type=_fraction,
        default=0.5,
        metavar="P",
        help="write ? for digits with a lower probability, from 0 to 1 (default: 0.5)",
    )
    parser.set_defaults(run=run)


def _fraction(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"must be from 0 to 1, got {text}")
    return value


def run(options: argparse.Namespace) -> int:
    """Write what is on each page; return the exit status."""
    # Imported here, so that `skdigits --help` does not wait for scikit-learn.
    from skdigits.reading import NumberReader

    classifier = load_model(options.model)
    reader = NumberReader(classifier, reject_below=options.reject_below)
    _check_reader(reader)
    folder = _make_folder(options.annotate) if options.annotate else None
    write = WRITERS[options.format](sys.stdout)
    status = 0
    for name, is_only, image in _load_pages(options.files):
        if image is None:
            status = EXIT_ERROR
            continue
        try:
            readings = reader.read(image)
            if folder is not None:
                _annotate(image, readings, folder, name)
        except (OSError, ValueError) as error:
            write_error(f"{name}: {error}")
            status = EXIT_ERROR
            continue
        page = Page(name, is_only, readings)
        if not page.has_digits:
            write_line(sys.stderr, f"{name}: no digits found.")
            status = max(status, EXIT_NO_DIGITS)
        write(page)
    return status


def _check_reader(reader: "NumberReader") -> None:
    """Raise CommandError if the model is not a classifier for such images."""
    import numpy as np

    try:
        reader.predict([np.ones((1, 1))])
    except (TypeError, ValueError) as error:
        raise CommandError(str(error)) from error


def _make_folder(path: str) -> Path:
    """Create the folder, or raise CommandError."""
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or error
        raise CommandError(f"the folder {path} cannot be made: {reason}.") from error
    return folder


def _load_pages(
    files: list[str],
) -> "Iterator[tuple[str, bool, NDArray[np.uint8] | None]]":
    """Yield name, whether it is the only page, and pixels of each page.

    Pixels of a file that cannot be read, which is reported, are None.
    """
    from skdigits.preprocessing import read_pictures

    for path in files:
        try:
            images = read_pictures(path)
        except OSError as error:
            write_error(error)
            yield path, False, None
            continue
        for page, image in enumerate(images, 1):
            name = path if len(images) == 1 else f"{path}[{page}]"
            yield name, len(files) * len(images) == 1, image


def _annotate(
    image: "NDArray[np.uint8]",
    readings: "list[DigitReading]",
    folder: Path,
    name: str,
) -> None:
    """Save a copy of the page with boxes and labels; never replace a file."""
    from skdigits.reading._annotate import draw_readings

    stem = escape(Path(name).name).replace("\\", "_")[-200:]
    number = 0
    while True:
        suffix = f"-{number}" if number else ""
        try:
            with (folder / f"{stem}{suffix}.png").open("xb") as file:
                draw_readings(image, readings).save(file, "PNG")
            return
        except FileExistsError:
            number += 1
