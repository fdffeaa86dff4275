"""The order of work: what is finished is read back, the rest is run."""

import shlex
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from skdigits._training._progress import epoch_observer
from skdigits.networks._tensorflow import prepare_tensorflow
from skdigits.report._context import Context
from skdigits.report._data import load_pictures
from skdigits.report._experiment import Experiment
from skdigits.report._folder import ReportFolder, open_folder
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
    """Run those experiments that are not finished yet; return the page's path.

    The page grows with each, and holds those of `known` that earlier runs with the
    same pictures, settings and versions have left.
    """
    with open_folder(output) as folder, ReportProgress(len(chosen)) as progress:
        pictures = load_pictures(dataset, quick=quick, seed=seed)
        key = run_key(pictures, quick=quick, seed=seed)
        context = Context(pictures, quick, seed, n_jobs, progress, folder.memory(key))
        words = ["--dataset", dataset, "--output", str(output), "--seed", str(seed)]
        words += ["--n-jobs", str(n_jobs), *["--quick"] * quick]
        sections = _finished(folder, known, key)
        for experiment in chosen:
            if experiment in sections:
                progress.finish(experiment.name, None)
                continue
            progress.start(experiment.title)
            sections[experiment] = _run(experiment, context, folder, key)
            page = _publish(folder, context, known, chosen, sections, words)
            progress.finish(experiment.name, sections[experiment].seconds)
        # Also where nothing was left to do: the last run may have been killed between
        # its last experiment and the page.
        page = _publish(folder, context, known, chosen, sections, words)
        folder.forget_trainings()
    return page


def _finished(
    folder: ReportFolder, known: Iterable[Experiment], key: str
) -> dict[Experiment, Section]:
    """Sections that an earlier run left whole."""
    found = {one: folder.read_result(one.name, key) for one in known}
    return {one: Section(one, *result) for one, result in found.items() if result}


def _run(
    experiment: Experiment, context: Context, folder: ReportFolder, key: str
) -> Section:
    """Run one experiment and write its files."""
    prepare_tensorflow()
    start = time.perf_counter()
    token = epoch_observer.set(context.progress.watch_epochs)
    try:
        result = experiment.run(context)
    finally:
        epoch_observer.reset(token)
    seconds = time.perf_counter() - start
    folder.publish_result(experiment.name, result, key=key, seconds=seconds)
    return Section(experiment, result, seconds)


def _publish(
    folder: ReportFolder,
    context: Context,
    known: Sequence[Experiment],
    chosen: Sequence[Experiment],
    sections: dict[Experiment, Section],
    words: Sequence[str],
) -> Path:
    """Write the page for what is finished, in the order of the report."""
    planned = [one for one in known if one in chosen or one in sections]
    command = ["skdigits", "report", *words]
    if len(planned) < len(known):
        command += ["--only", *(one.name for one in planned)]
    return folder.publish_page(
        render_page(
            context,
            [sections[one] for one in planned if one in sections],
            n_planned=len(planned),
            command=shlex.join(command),
        )
    )
