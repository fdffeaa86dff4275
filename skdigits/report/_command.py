"""The command ``skdigits report``: its options and their valid values."""

import argparse
import atexit
import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skdigits._files._text import write_line

if TYPE_CHECKING:
    from skdigits.report._experiment import Experiment

DESCRIPTION = (
    "Run experiments that train, sweep, denoise, classify and generate, and write a "
    "folder with tables (CSV), figures (PNG) and an HTML page (index.html)."
)
EPILOG = (
    "To resume an interrupted report, run the same command again. Files of a report "
    "with other settings are replaced experiment by experiment; other files in the "
    "folder are not changed."
)
# Some experiments add small numbers to the seed, and NumPy accepts 32 bits.
MAX_SEED = 2**31 - 1


class ReportError(Exception):
    """Invalid options; the message is shown to the user."""


def add_report_command(commands: Any) -> None:
    """Add the command to the subparsers of the command line."""
    parser = commands.add_parser(
        "report",
        help="run the experiments of the lab and write an HTML page",
        description=DESCRIPTION,
        epilog=EPILOG,
        allow_abbrev=False,
    )
    _add_data_options(parser)
    _add_selection_options(parser)
    parser.set_defaults(run=run)


def _add_data_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dataset",
        metavar="{digits,mnist,FILE.npz}",
        default="digits",
        help="images to use; mnist is downloaded once, a file must contain X (images, "
        "uint8 or floats in [0, 1]) and y (labels) (default: digits)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        default=Path("skdigits-report"),
        help="output folder (default: ./skdigits-report)",
    )


def _add_selection_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a quick run: fewer epochs and figures, smaller grids and networks, "
        "at most 1,000 training images",
    )
    parser.add_argument(
        "--seed",
        type=_seed,
        metavar="N",
        default=0,
        help="seed of the split, the noise and the networks (default: 0)",
    )
    parser.add_argument(
        "--n-jobs",
        type=_n_jobs,
        metavar="N",
        default=1,
        help="number of processes for grid searches, -1 for all processors "
        "(default: 1)",
    )
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", help="run only these experiments"
    )
    parser.add_argument(
        "--skip",
        nargs="+",
        metavar="NAME",
        default=[],
        help="run all experiments except these",
    )
    parser.add_argument(
        "--list", action="store_true", help="list the experiments and exit"
    )


def run(options: argparse.Namespace) -> None:
    """List the experiments, or run the report and print the path of its page."""
    if sys.stderr.isatty() and not options.list:
        write_line(sys.stderr, "skdigits: loading packages")
    # Imported here, so that `skdigits --help` does not wait for scikit-learn.
    from skdigits.report._data import is_dataset_name
    from skdigits.report.experiments import EXPERIMENTS

    if options.list:
        width = max(len(experiment.name) for experiment in EXPERIMENTS)
        for experiment in EXPERIMENTS:
            sys.stdout.write(f"{experiment.name:{width}}  {experiment.description}\n")
        return
    chosen = _select(EXPERIMENTS, options.only, options.skip)
    if not is_dataset_name(options.dataset):
        raise ReportError(
            f"unknown dataset {options.dataset!r}, choose digits, mnist or the path "
            "of an .npz file"
        )
    from skdigits.report._run import make_report

    # As it ends, Python would look for garbage among a million objects: up to a second.
    atexit.register(gc.freeze)
    try:
        page = make_report(
            EXPERIMENTS,
            chosen,
            dataset=options.dataset,
            output=options.output,
            quick=options.quick,
            seed=options.seed,
            n_jobs=options.n_jobs,
        )
    except KeyboardInterrupt:
        write_line(sys.stderr, "skdigits: to resume, run the same command again")
        raise
    write_line(sys.stdout, page)


def _select(
    experiments: Sequence["Experiment"],
    only: Sequence[str] | None,
    skip: Sequence[str],
) -> list["Experiment"]:
    """Return the selected experiments, in the order of the report."""
    known = [experiment.name for experiment in experiments]
    for name in (*(only or ()), *skip):
        if name not in known:
            raise ReportError(
                f"unknown experiment {name!r}, choose from: {', '.join(known)}"
            )
    chosen = [
        one
        for one in experiments
        if (only is None or one.name in only) and one.name not in skip
    ]
    if not chosen:
        raise ReportError("no experiment is left to run: pass fewer names to --skip")
    return chosen


def _seed(text: str) -> int:
    """Parse a seed from 0 to `MAX_SEED`."""
    value = _integer(text)
    if not 0 <= value <= MAX_SEED:
        raise argparse.ArgumentTypeError(f"must be in 0..{MAX_SEED}, got {value}")
    return value


def _n_jobs(text: str) -> int:
    """Parse a number of processes, as in joblib."""
    value = _integer(text)
    if value < -1 or value == 0:
        raise argparse.ArgumentTypeError(f"must be positive or -1, got {value}")
    return value


def _integer(text: str) -> int:
    """Parse an integer."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be an integer, got {text!r}") from None
