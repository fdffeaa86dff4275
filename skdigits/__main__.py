"""The command line: ``skdigits`` or ``python -m skdigits``."""

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from skdigits import __version__
from skdigits._commands._errors import CommandError
from skdigits._commands._page import add_page_command
from skdigits._commands._predict import add_predict_command
from skdigits._commands._read import add_read_command
from skdigits._commands._train import add_train_command
from skdigits._files._text import write_error
from skdigits.report._command import ReportError, add_report_command

EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


class _Parser(argparse.ArgumentParser):
    """Parser that reports errors in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        """Write the message and exit."""
        write_error(message)
        sys.exit(EXIT_USAGE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    Parameters
    ----------
    arguments : sequence of str, default=None
        Arguments after the program name; None uses `sys.argv`.

    Returns
    -------
    status : int
        0 for success, 1 if a page has no digits, 2 for an error, 130 after Ctrl-C.
    """
    options = _parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except KeyboardInterrupt:
        sys.stderr.write("skdigits: interrupted\n")
        return EXIT_INTERRUPTED
    except (CommandError, ReportError, OSError) as error:
        write_error(error)
        return EXIT_USAGE


def _parser() -> argparse.ArgumentParser:
    """Build the parser; each command adds its own options."""
    parser = _Parser(
        prog="skdigits",
        description="Networks that classify, denoise and generate digits.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action="version", version=f"skdigits {__version__}"
    )
    parser.set_defaults(run=lambda _: parser.print_help())
    commands = parser.add_subparsers(metavar="COMMAND")
    add_report_command(commands)
    add_predict_command(commands)
    add_train_command(commands)
    add_read_command(commands)
    add_page_command(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
