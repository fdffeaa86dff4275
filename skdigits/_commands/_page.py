"""The command ``skdigits page``: write an HTML page that computes the networks."""

import argparse
import sys
from pathlib import Path
from typing import Any

from skdigits._commands._errors import CommandError
from skdigits._commands._load_model import load_model
from skdigits._files._text import write_line

DESCRIPTION = (
    "Write one HTML file in which one can draw digits, add noise, denoise, classify "
    "and generate. It holds the networks, and a browser computes them: it needs no "
    "network connection and no Python. What is drawn or opened in it stays there."
)
EPILOG = (
    "Models are files saved by skdigits train or skdigits.persistence.dump; by default "
    "they are those that come with the package, as far as they have images of the "
    "classifier's size. skdigits.page.write can measure "
    "the curve of accuracy against noise for models of your own."
)


def add_page_command(commands: Any) -> None:
    """Add the command to the subparsers of the command line."""
    parser = commands.add_parser(
        "page",
        help="write an HTML page to draw, classify, denoise and generate digits in",
        description=DESCRIPTION,
        epilog=EPILOG,
        allow_abbrev=False,
    )
    parser.add_argument("--classifier", metavar="FILE", help="classifier of the page")
    parser.add_argument(
        "--denoiser",
        metavar="FILE",
        action="append",
        help="denoiser of the page; repeat it for several",
    )
    parser.add_argument("--generator", metavar="FILE", help="generator of the page")
    parser.add_argument(
        "--output",
        default="page.html",
        metavar="FILE",
        help="file to write (default: page.html)",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the page; return the exit status."""
    # Imported here, so that `skdigits --help` does not wait for scikit-learn.
    from skdigits import page

    classifier, generator = (
        None if path is None else load_model(path)
        for path in (options.classifier, options.generator)
    )
    denoisers = options.denoiser and [load_model(path) for path in options.denoiser]
    output = Path(options.output)
    try:
        page.write(
            output, classifier=classifier, denoiser=denoisers, generator=generator
        )
    except (TypeError, ValueError) as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        reason = error.strerror or error
        raise CommandError(f"{output} cannot be written: {reason}.") from error
    size = output.stat().st_size / 1e6
    write_line(sys.stdout, f"{output}: {size:.1f} MB. Open it in a browser.")
    return 0
