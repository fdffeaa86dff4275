"""The HTML page, which links to plots and tables and needs no network."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from jinja2 import Environment, StrictUndefined, Template

from skdigits.report._context import Context
from skdigits.report._experiment import Experiment, KeyFigure, Plot, Result
from skdigits.report._folder import PAGE_MARK
from skdigits.report._record import versions

# Experiment and plot at the top of the page, which show what the report is about.
COVER = "denoising", "ladder"


@dataclass(frozen=True)
class Section:
    """A finished experiment and its result."""

    experiment: Experiment
    result: Result
    seconds: float

    @property
    def key_figures(self) -> list[tuple[str, KeyFigure]]:
        """Key figures for the table macro, without a link to this section."""
        return [("", figure) for figure in self.result.key_figures]


def render_page(
    context: Context,
    sections: Sequence[Section],
    *,
    n_planned: int,
    command: str,
) -> str:
    """Return the HTML of the page for the experiments finished so far."""
    key_figures = [
        (section.experiment.name, figure)
        for section in sections
        for figure in section.result.key_figures
    ]
    return _template().render(
        page_mark=PAGE_MARK,
        sections=sections,
        n_planned=n_planned,
        command=command,
        facts=_run_facts(context),
        cover=_choose_cover(sections),
        quick=context.quick,
        key_figures=key_figures,
        verdicts=[figure.verdict for _, figure in key_figures if figure.verdict],
        is_mnist=context.dataset.is_mnist,
    )


@cache
def _template() -> Template:
    """Return the page's template; compiling it takes longer than rendering."""
    environment = Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    source = files("skdigits.report").joinpath("page.html.jinja").read_text("utf-8")
    return environment.from_string(source)


def _choose_cover(sections: Sequence[Section]) -> tuple[str, Plot] | None:
    """Return the plot at the top and its experiment: the cover, else the first plot."""
    plots = [
        (section.experiment.name, plot)
        for section in sections
        for plot in section.result.plots
    ]
    covers = [(name, plot) for name, plot in plots if (name, plot.name) == COVER]
    return next(iter([*covers, *plots]), None)


def _run_facts(context: Context) -> dict[str, str]:
    """Return the facts that are needed to reproduce the run."""
    height, width = context.X_train.shape[1:]
    packages = [f"{name} {number}" for name, number in versions().items()]
    return {
        "Dataset": context.dataset.title,
        "Training images": f"{len(context.X_train):,}",
        "Test images": f"{len(context.X_test):,}",
        "Pixels per image": f"{height} x {width}",
        "Classes": f"{len(np.unique(context.y_train))}",
        "Seed": f"{context.seed}",
        "Versions": ", ".join([*packages, f"Python {platform.python_version()}"]),
        "Machine": f"{platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} processors",
    }
