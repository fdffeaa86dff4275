"""The page: one HTML file that needs no network, pictures and tables beside it."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files

import numpy as np
from jinja2 import Environment, StrictUndefined

from skdigits import __version__
from skdigits.report._context import Context
from skdigits.report._experiment import Experiment, Result
from skdigits.report._folder import PAGE_MARK

PACKAGES = "scikit-learn", "keras", "tensorflow", "numpy"
DATASET_NAMES = {"digits": "scikit-learn's 8x8 digits", "mnist": "MNIST"}


@dataclass(frozen=True)
class Section:
    """A finished experiment."""

    experiment: Experiment
    result: Result
    seconds: float


def render_page(
    context: Context,
    sections: Sequence[Section],
    *,
    n_planned: int,
    command: str,
) -> str:
    """Write the page for the experiments finished so far."""
    environment = Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    source = files("skdigits.report").joinpath("page.html.jinja").read_text("utf-8")
    return environment.from_string(source).render(
        page_mark=PAGE_MARK,
        sections=sections,
        n_planned=n_planned,
        command=command,
        facts=_facts(context),
        quick=context.quick,
    )


def _facts(context: Context) -> dict[str, str]:
    """Collect what one must know to repeat the run."""
    n_features = context.X_train.shape[1]
    subset = " (a subset)" if context.quick and context.dataset == "mnist" else ""
    return {
        "Pictures": DATASET_NAMES[context.dataset] + subset,
        "Training pictures": f"{len(context.X_train):,}",
        "Test pictures": f"{len(context.X_test):,}",
        "Pixels per picture": f"{n_features}",
        "Classes": f"{len(np.unique(context.y_train))}",
        "Seed": f"{context.seed}",
        "Versions": ", ".join(
            [
                f"skdigits {__version__}",
                *(f"{name} {version(name)}" for name in PACKAGES),
                f"Python {platform.python_version()}",
            ]
        ),
        "Machine": f"{platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} processors",
    }
