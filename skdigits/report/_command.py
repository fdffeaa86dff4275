"""The command ``skdigits report``: its options, and the order of work."""

import argparse
import shlex
import sys
import time
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
    "Files of an earlier report in the folder are replaced experiment by experiment; "
    "other files in it are left alone."
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
        choices=["digits", "mnist"],
        default="digits",
        help="pictures to work on; mnist is downloaded once (default: digits)",
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
        "--list", action="store_true", help="list the experiments and exit"
    )


def run(options: argparse.Namespace) -> None:
    """List the experiments, or make the report and print the path of its page."""
    # Here, not above: `skdigits --help` need not wait for scikit-learn.
    from skdigits.report.experiments import EXPERIMENTS

    if options.list:
        width = max(len(experiment.name) for experiment in EXPERIMENTS)
        for experiment in EXPERIMENTS:
            sys.stdout.write(f"{experiment.name:{width}}  {experiment.description}\n")
        return
    page = _make_report(_select(EXPERIMENTS, options.only), options)
    sys.stdout.write(f"{page}\n")


def _make_report(
    experiments: Sequence["Experiment"], options: argparse.Namespace
) -> Path:
    """Run the experiments; the page grows with each that is finished."""
    from skdigits._tensorflow import prepare_tensorflow
    from skdigits.report._context import load_context
    from skdigits.report._folder import open_folder
    from skdigits.report._page import Section, render_page
    from skdigits.report._progress import ReportProgress

    sections: list[Section] = []
    with (
        open_folder(options.output) as folder,
        ReportProgress(len(experiments)) as progress,
    ):
        prepare_tensorflow()
        context = load_context(
            options.dataset,
            quick=options.quick,
            seed=options.seed,
            n_jobs=options.n_jobs,
        )
        for experiment in experiments:
            progress.start(experiment.title)
            start = time.perf_counter()
            result = experiment.run(context)
            seconds = time.perf_counter() - start
            sections.append(Section(experiment, result, seconds))
            folder.publish_result(experiment.name, result)
            page = folder.publish_page(
                render_page(
                    context,
                    sections,
                    n_planned=len(experiments),
                    command=_command_line(options),
                )
            )
            progress.finish(experiment.name, seconds)
    return page


def _select(
    experiments: Sequence["Experiment"], names: Sequence[str] | None
) -> list["Experiment"]:
    """Pick the experiments the user named, in the order of the report."""
    known = [experiment.name for experiment in experiments]
    for name in names or ():
        if name not in known:
            raise ReportError(
                f"unknown experiment {name!r}, choose from: {', '.join(known)}"
            )
    return [one for one in experiments if names is None or one.name in names]


def _command_line(options: argparse.Namespace) -> str:
    """Write the command that repeats this run."""
    words = ["skdigits", "report", "--dataset", options.dataset]
    words += ["--output", str(options.output), "--seed", str(options.seed)]
    words += ["--n-jobs", str(options.n_jobs)]
    if options.quick:
        words.append("--quick")
    if options.only:
        words += ["--only", *options.only]
    return shlex.join(words)


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
