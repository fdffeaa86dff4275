"""Run the experiments that are not finished yet, and write the page."""

import shlex
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from skdigits._files._text import one_line
from skdigits._training._progress import epoch_observer
from skdigits.networks._tensorflow import prepare_tensorflow
from skdigits.report._context import Context
from skdigits.report._data import load_dataset
from skdigits.report._experiment import Experiment
from skdigits.report._folder import (
    FIGURE_DPI,
    PAGE_NAME,
    QUICK_DPI,
    ReportFolder,
    open_folder,
)
from skdigits.report._page import Section, render_page
from skdigits.report._progress import ReportProgress
from skdigits.report._record import run_key


def make_report(
    known: Sequence[Experiment],
    chosen: Sequence[Experiment],
    *,
    dataset: str,
    output: Path,
    quick: bool,
    seed: int,
    n_jobs: int,
) -> Path:
    """Run the experiments that are not finished yet; return the path of the page.

    The page is updated after each experiment. It also shows those of `known` that
    earlier runs with the same dataset, settings and versions finished.
    """
    with open_folder(output) as folder, ReportProgress(len(chosen)) as progress:
        data = load_dataset(dataset, quick=quick, seed=seed)
        progress.write(
            f"{len(chosen)} of {len(known)} experiments on {data.title}; the page is "
            f"{output / PAGE_NAME}, updated after each of them"
        )
        key = run_key(data, quick=quick, seed=seed)
        context = Context(data, quick, seed, n_jobs, progress, folder.cache_folder(key))
        arguments = ["--dataset", dataset, "--output", str(output)]
        arguments += ["--seed", str(seed), "--n-jobs", str(n_jobs)]
        arguments += ["--quick"] * quick
        sections = _load_finished(folder, known, key, progress)
        for experiment in chosen:
            if experiment in sections:
                progress.finish_experiment(experiment.name, None)
                continue
            progress.start_experiment(experiment.title)
            sections[experiment] = _run_experiment(experiment, context, folder, key)
            page = _write_page(folder, context, known, chosen, sections, arguments)
            progress.finish_experiment(experiment.name, sections[experiment].seconds)
        # Also if all experiments were finished: the last run may have been killed
        # between its last experiment and the page.
        page = _write_page(folder, context, known, chosen, sections, arguments)
        folder.remove_cache()
    return page


def _load_finished(
    folder: ReportFolder,
    known: Iterable[Experiment],
    key: str,
    progress: ReportProgress,
) -> dict[Experiment, Section]:
    """Load the experiments that an earlier run finished."""
    loaded = {}
    for one in known:
        try:
            found = folder.load_result(one.name, key)
        except ValueError as error:
            progress.write(
                f"the results of {one.name} are damaged ({one_line(error, 200)}) and "
                "are not used"
            )
            continue
        if found is not None:
            loaded[one] = Section(one, *found)
    return loaded


def _run_experiment(
    experiment: Experiment, context: Context, folder: ReportFolder, key: str
) -> Section:
    """Run one experiment and write its files."""
    prepare_tensorflow()
    start = time.perf_counter()
    token = epoch_observer.set(context.progress.update_epochs)
    try:
        result = experiment.run(context)
    finally:
        epoch_observer.reset(token)
    seconds = time.perf_counter() - start
    dpi = QUICK_DPI if context.quick else FIGURE_DPI
    folder.write_result(experiment.name, result, key=key, seconds=seconds, dpi=dpi)
    return Section(experiment, result, seconds)


def _write_page(
    folder: ReportFolder,
    context: Context,
    known: Sequence[Experiment],
    chosen: Sequence[Experiment],
    sections: dict[Experiment, Section],
    arguments: Sequence[str],
) -> Path:
    """Write the page for the finished experiments, in the order of the report."""
    planned = [one for one in known if one in chosen or one in sections]
    command = ["skdigits", "report", *arguments]
    if len(planned) < len(known):
        command += ["--only", *(one.name for one in planned)]
    return folder.write_page(
        render_page(
            context,
            [sections[one] for one in planned if one in sections],
            n_planned=len(planned),
            command=shlex.join(command),
        )
    )
