"""Reading noisy pictures, with and without denoising them first."""

import numpy as np

from skdigits.plotting import NoiseRobustnessDisplay
from skdigits.report._context import Context
from skdigits.report._experiment import (
    Column,
    Experiment,
    Picture,
    Result,
    Table,
    new_figure,
    percent,
)
from skdigits.report.experiments.denoising import TRAINING_AMOUNT, train_denoiser
from skdigits.report.experiments.epochs import train_classifier

AMOUNTS = tuple(np.linspace(0, 0.8, 9).round(1).tolist())


def run(context: Context) -> Result:
    """Score one clean-trained classifier on noisy and on denoised pictures."""
    display = NoiseRobustnessDisplay.from_estimators(
        context.once(train_classifier),
        context.once(train_denoiser),
        context.X_test,
        context.y_test,
        amounts=AMOUNTS,
        random_state=context.seed,
        ax=new_figure().subplots(),
    )
    accuracies = display.noisy_accuracy, display.denoised_accuracy
    rows = list(zip(AMOUNTS, *accuracies, strict=True))
    return Result(
        method=[
            "The dense network, trained on clean pictures only, reads the "
            f"{len(context.X_test):,} test pictures after a growing part of their "
            "pixels has been replaced by black or white: once as they are, once "
            "cleaned by the denoising autoencoder, which was trained with "
            f"{TRAINING_AMOUNT:.0%} noise."
        ],
        conclusion=_conclusion(rows),
        pictures=[_picture(display, rows)],
        tables=[_table(rows)],
    )


def _picture(
    display: NoiseRobustnessDisplay, rows: list[tuple[float, float, float]]
) -> Picture:
    points = "; ".join(
        f"at {amount:.0%} noise: noisy {percent(noisy)}, denoised {percent(denoised)}"
        for amount, noisy, denoised in rows[::2]
    )
    return Picture(
        name="accuracy",
        caption="Test accuracy against the amount of noise.",
        alt=f"Two curves of accuracy against noise; {points}.",
        figure=display.figure_,
    )


def _table(rows: list[tuple[float, float, float]]) -> Table:
    return Table(
        name="accuracy",
        caption="Test accuracy on noisy and on denoised pictures",
        columns=[
            Column("noise_amount", "Pixels replaced", "{:.0%}"),
            Column("noisy_test_accuracy", "Noisy", "{:.2%}"),
            Column("denoised_test_accuracy", "Denoised", "{:.2%}"),
        ],
        rows=rows,
    )


def _conclusion(rows: list[tuple[float, float, float]]) -> list[str]:
    (_, clean, clean_denoised), *noise_rows = rows
    cost = clean - clean_denoised
    on_clean = (
        f"On clean pictures the denoiser costs {100 * cost:.1f} percentage points "
        f"({percent(clean)} without it, {percent(clean_denoised)} with it): what it "
        "smooths away was not noise."
        if cost > 0
        else f"On clean pictures the denoiser does no harm ({percent(clean)} without "
        f"it, {percent(clean_denoised)} with it)."
    )
    amount, noisy, denoised = max(noise_rows, key=lambda row: row[2] - row[1])
    if denoised <= noisy:
        return [on_clean, "Under noise it does not help at any amount tried."]
    n_helped = sum(row[2] > row[1] for row in noise_rows)
    return [
        on_clean,
        f"It helps at {n_helped} of the {len(noise_rows)} amounts of noise tried, and "
        f"most at {amount:.0%}, where it lifts the accuracy from {percent(noisy)} to "
        f"{percent(denoised)}. At "
        f"{rows[-1][0]:.0%} noise {percent(rows[-1][2])} remain with it and "
        f"{percent(rows[-1][1])} without.",
        "One draw of the noise was scored, and the network that reads was never shown "
        "noise: one trained on noisy pictures may well need no denoiser.",
    ]


EXPERIMENT = Experiment(
    name="noise-robustness",
    title="Reading through noise",
    description="accuracy against the amount of noise, with and without denoising",
    question="How much noise can a network read through that has only seen clean "
    "pictures, and does it help to denoise them first?",
    run=run,
)
