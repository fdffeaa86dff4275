"""Tables and plots of the sweep over alpha."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits.plotting import AlphaSweepDisplay
from skdigits.report._experiment import Column, Plot, Table, fraction, percent

ALPHA = Column("alpha", "alpha", "{:.2g}")
SEED = Column("random_state", "Seed")


def points(display: AlphaSweepDisplay) -> list[tuple[float, float, float]]:
    """Return alpha, mean and standard deviation of each point."""
    columns = display.alphas, display.mean_scores, display.std_scores
    return list(zip(*columns, strict=True))


def sweep_plot(spacing: str, display: AlphaSweepDisplay) -> Plot:
    """Return a plot of the mean and standard deviation of each alpha."""
    means = "; ".join(
        f"{alpha:.2g}: {percent(mean)}" for alpha, mean, _ in points(display)
    )
    return Plot(
        name=f"alpha-{spacing}",
        caption=f"Validation accuracy against alpha, {spacing} spacing: mean and "
        f"standard deviation over {display.n_fits} fits.",
        alt=f"Mean validation accuracy for each alpha: {means}.",
        figure=display.figure_,
    )


def sweep_table(spacing: str, display: AlphaSweepDisplay) -> Table:
    """Return a table of the mean and standard deviation of each alpha."""
    return Table(
        name=f"alpha-{spacing}",
        caption=f"Cross-validated accuracy of each alpha, {spacing} spacing",
        columns=[
            ALPHA,
            fraction("mean_validation_accuracy", "Mean validation accuracy"),
            fraction("std_validation_accuracy", "Standard deviation"),
            Column("n_fits", "Fits"),
        ],
        rows=[(*point, display.n_fits) for point in points(display)],
    )


def test_table(correct: dict[float, NDArray[np.bool_]], seeds: list[int]) -> Table:
    """Return a table of the test accuracy of each alpha and seed."""
    return Table(
        name="test",
        caption="Test accuracy after training on all training images",
        columns=[ALPHA, SEED, fraction("test_accuracy", "Test accuracy")],
        rows=[
            (alpha, seed, accuracy)
            for alpha, per_seed in correct.items()
            for seed, accuracy in zip(seeds, per_seed.mean(axis=1), strict=True)
        ],
    )


def fits_table(cv_results: dict[str, Any], n_folds: int) -> Table:
    """Return a table of all fits of the sweep."""
    return Table(
        name="fits",
        caption="All fits of the sweep",
        columns=[
            ALPHA,
            SEED,
            Column("fold", "Fold"),
            fraction("validation_accuracy", "Validation accuracy"),
        ],
        rows=[
            (
                params["alpha"],
                params["random_state"],
                fold,
                cv_results[f"split{fold}_test_score"][i],
            )
            for i, params in enumerate(cv_results["params"])
            for fold in range(n_folds)
        ],
    )
