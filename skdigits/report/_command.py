"""The command ``skdigits report``: its options, and what they may be."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skdigits.report._experiment import Experiment

DESCRIPTION = (
    "Train, sweep, denoise and classify, and leave a folder with tables (CSV), "
    "pictures (PNG) and one page (index.html) to look at."
)
EPILOG = (
    "An interrupted report goes on where it stopped when the same command is given "
    "again. Files of a report with other settings are replaced experiment by "
    "experiment; other files in the folder are left alone."
)
# Some experiments count on from the seed, and NumPy takes 32 bits.
MAX_SEED = 2**31 - 1


class ReportError(Exception):
    """The report cannot be made as asked; the message is for the user."""


def add_report_command(commands: Any) -> None:
    """Add the command to the subparsers of the command line."""
    parser = commands.add_parser(
        "report",
        help="run the experiments of the lab and write a page about them",
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
        help="pictures to work on; mnist is downloaded once, a file holds X (pictures, "
        "uint8 or floats in [0, 1]) and y (labels) (default: digits)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        default=Path("skdigits-report"),
        help="folder to write to (default: ./skdigits-report)",
    )


def _add_selection_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a first look in seconds: fewer epochs, smaller grids, less of MNIST",
    )
    parser.add_argument(
        "--seed",
        type=_seed,
        metavar="N",
        default=0,
        help="seed of split, noise and initial weights (default: 0)",
    )
    parser.add_argument(
        "--n-jobs",
        type=_n_jobs,
        metavar="N",
        default=1,
        help="processes for grid searches, -1 for all processors (default: 1)",
    )
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", help="run these experiments only"
    )
    parser.add_argument(
        "--skip",
        nargs="+",
        metavar="NAME",
        default=[],
        help="run all experiments but these",
    )
    parser.add_argument(
        "--list", action="store_true", help="list the experiments and exit"
    )


def run(options: argparse.Namespace) -> None:
    """List the experiments, or make the report and print the path of its page."""
    # Here, not above: `skdigits --help` need not wait for scikit-learn.
    from skdigits.report._data import is_dataset
    from skdigits.report.experiments import EXPERIMENTS

    if options.list:
        width = max(len(experiment.name) for experiment in EXPERIMENTS)
        for experiment in EXPERIMENTS:
            sys.stdout.write(f"{experiment.name:{width}}  {experiment.description}\n")
        return
    chosen = _select(EXPERIMENTS, options.only, options.skip)
    if not is_dataset(options.dataset):
        raise ReportError(
            f"unknown data set {options.dataset!r}, choose digits, mnist or the path "
            "of an .npz file"
        )
    from skdigits.report._run import make_report

    page = make_report(
        EXPERIMENTS,
        chosen,
        dataset=options.dataset,
        output=options.output,
        quick=options.quick,
        seed=options.seed,
        n_jobs=options.n_jobs,
    )
    sys.stdout.write(f"{page}\n")


def _select(
    experiments: Sequence["Experiment"],
    only: Sequence[str] | None,
    skip: Sequence[str],
) -> list["Experiment"]:
    """Pick the experiments the user named, in the order of the report."""
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
        raise ReportError("no experiment is left to run: name fewer with --skip")
    return chosen


def _seed(text: str) -> int:
    """Parse a seed that leaves room to count on from it."""
    value = _integer(text)
    if not 0 <= value <= MAX_SEED:
        raise argparse.ArgumentTypeError(f"{value} is not in 0..{MAX_SEED}")
    return value


def _n_jobs(text: str) -> int:
    """Parse a number of processes as joblib counts them."""
    value = _integer(text)
    if value < -1 or value == 0:
        raise argparse.ArgumentTypeError(f"{value} is neither positive nor -1")
    return value


def _integer(text: str) -> int:
    """Parse a whole number, or say that it is none."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
