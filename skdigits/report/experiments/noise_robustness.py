"""Reading noisy pictures, with and without denoising them first."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits import SaltPepperNoise
from skdigits.plotting._axes import (
    BLUE,
    GREY,
    ORANGE,
    VERMILLION,
    draw_curves,
    noise_axis,
    percent_axis,
)
from skdigits.report._context import Context
from skdigits.report._experiment import (
    Column,
    Experiment,
    KeyFigure,
    Picture,
    Result,
    Table,
    fraction,
    percent,
)
from skdigits.report._figures import WIDTH, new_figure
from skdigits.report.experiments._trained import (
    LAB_NOISE,
    train_cnn,
    train_dense,
    train_unet,
)

AMOUNTS = tuple(np.linspace(0, 0.9, 10).round(1).tolist())
# Below this rate reading counts as broken down.
LIMIT = 0.95
LAB_LIMIT = 0.6
CURVES = {
    "noisy": (VERMILLION, "s--"),
    "dense": (ORANGE, "^-"),
    "U-Net": (BLUE, "o-"),
}
ALL = "all"

# By class (`ALL` last) and way of reading: a rate for each amount.
Rates = dict[Any, dict[str, NDArray[np.float64]]]


def run(context: Context) -> Result:
    """Let one clean-trained network read noisy and denoised pictures."""
    answers = _answers(context)
    rates = _rates(answers, context.y_test)
    limits = {
        label: {name: limit(AMOUNTS, curve) for name, curve in curves.items()}
        for label, curves in rates.items()
    }
    return Result(
        method=_method(context),
        conclusion=_conclusion(rates[ALL], limits[ALL]),
        pictures=[_overall_picture(rates[ALL]), _class_picture(rates)],
        tables=[
            _rate_table("overall", {ALL: rates[ALL]}, "True-positive rate over all"),
            _limit_table(limits),
            _rate_table("classes", rates, "True-positive rate of each class"),
        ],
        key_figures=_key_figures(rates[ALL], limits[ALL], context),
    )


def _answers(context: Context) -> dict[str, NDArray[Any]]:
    """Return, by way of reading, what is read: (n_amounts, n_pictures)."""
    reader = context.once(train_cnn)
    denoisers = [context.once(train_dense), context.once(train_unet)]
    steps = []
    for amount in AMOUNTS:
        context.announce(f"reading the test pictures at {amount:.0%} noise")
        noise = SaltPepperNoise(amount, random_state=context.seed)
        X_noisy = noise.fit_transform(context.X_test)
        cleaned = [denoiser.transform(X_noisy) for denoiser in denoisers]
        steps.append([reader.predict(X) for X in (X_noisy, *cleaned)])
    return dict(zip(CURVES, np.stack(steps, axis=1), strict=True))


def _rates(answers: dict[str, NDArray[Any]], y: NDArray[Any]) -> Rates:
    """True-positive rates by class, and over all pictures."""
    hits = {name: answer == y for name, answer in answers.items()}
    kept = {str(label): y == label for label in np.unique(y)}
    kept[ALL] = np.ones(len(y), dtype=bool)
    return {
        label: {name: hit[:, mask].mean(axis=1) for name, hit in hits.items()}
        for label, mask in kept.items()
    }


def limit(amounts: Any, rates: NDArray[np.float64]) -> float | None:
    """Amount of noise at which the rate first drops below `LIMIT`, None if nowhere.

    Between two amounts the rate is taken to change evenly.
    """
    below = np.flatnonzero(rates < LIMIT)
    if len(below) == 0:
        return None
    i = below[0]
    if i == 0:
        return float(amounts[0])
    return float(np.interp(-LIMIT, -rates[i - 1 : i + 1], amounts[i - 1 : i + 1]))


def _draw(ax: Any, curves: dict[str, NDArray[np.float64]]) -> None:
    """Draw the three curves and the line below which reading has broken down."""
    draw_curves(ax, AMOUNTS, [(curves[name], name, *CURVES[name]) for name in CURVES])
    ax.axhline(LIMIT, color=GREY, linewidth=0.8, linestyle=":")
    ax.set_ylim(0, 1.03)
    noise_axis(ax)
    percent_axis(ax, "true-positive rate")


def _overall_picture(curves: dict[str, NDArray[np.float64]]) -> Picture:
    figure = new_figure()
    ax = figure.subplots()
    _draw(ax, curves)
    points = "; ".join(
        f"at {AMOUNTS[i]:.0%} noise "
        + ", ".join(f"{name} {percent(curve[i])}" for name, curve in curves.items())
        for i in range(0, len(AMOUNTS), 2)
    )
    return Picture(
        name="overall",
        caption="True-positive rate over all classes against the amount of noise; the "
        f"dotted line is {LIMIT:.0%}.",
        alt=f"Three curves; {points}.",
        figure=figure,
    )


def _class_picture(rates: Rates) -> Picture:
    """Draw a panel per class."""
    labels = [label for label in rates if label is not ALL]
    n_rows = -(-len(labels) // 2)
    figure = new_figure(height=0.5 + 0.28 * WIDTH * n_rows)
    axes = figure.subplots(n_rows, 2, sharex=True, sharey=True, squeeze=False)
    for ax, label in zip(axes.flat, labels, strict=False):
        _draw(ax, rates[label])
        legend = ax.get_legend()
        handles, names = ax.get_legend_handles_labels()
        legend.remove()
        ax.set(xlabel="", ylabel="")
        ax.set_title(f"class {label}", loc="left", fontsize=9)
    for ax in axes.flat[len(labels) :]:
        ax.set_visible(False)
    figure.legend(handles, names, loc="outside upper center", ncols=3, frameon=False)
    figure.supxlabel("pixels replaced by noise (%)", fontsize=10)
    figure.supylabel("true-positive rate (%)", fontsize=10)
    return Picture(
        name="classes",
        caption=f"The same for each class; the dotted line is {LIMIT:.0%}.",
        alt="A panel of three curves for each class; the numbers are in classes.csv.",
        figure=figure,
    )


def _columns() -> list[tuple[str, str]]:
    """Names in CSV files, and headings, of the ways of reading."""
    return [(name.lower().replace("-", ""), name.capitalize()) for name in CURVES]


def _rate_table(name: str, rates: Rates, caption: str) -> Table:
    return Table(
        name=name,
        caption=caption,
        columns=[
            Column("class", "Class"),
            Column("noise_amount", "Pixels replaced", "{:.0%}"),
            *(fraction(f"{one}_recall", title) for one, title in _columns()),
        ],
        rows=[
            (label, amount, *(curve[i] for curve in curves.values()))
            for label, curves in rates.items()
            for i, amount in enumerate(AMOUNTS)
        ],
    )


def _limit_table(limits: dict[Any, dict[str, float | None]]) -> Table:
    never = f"above {AMOUNTS[-1]:.0%}"
    return Table(
        name="limits",
        caption=f"Amount of noise at which the true-positive rate drops below "
        f"{LIMIT:.0%}",
        columns=[
            Column("class", "Class"),
            *(
                Column(f"{one}_limit_amount", title, "{:.0%}", missing=never)
                for one, title in _columns()
            ),
        ],
        rows=[(label, *row.values()) for label, row in limits.items()],
    )


def _limit_text(amount: float | None) -> str:
    return f"above {AMOUNTS[-1]:.0%}" if amount is None else percent(amount, 0)


def _key_figures(
    curves: dict[str, NDArray[np.float64]],
    limits: dict[str, float | None],
    context: Context,
) -> list[KeyFigure]:
    cost = {name: 100 * (curves["noisy"][0] - curves[name][0]) for name in CURVES}
    return [
        KeyFigure(
            f"Noise at which denoised pictures are read below {LIMIT:.0%}",
            f"{_limit_text(limits['dense'])} (dense), "
            f"{_limit_text(limits['U-Net'])} (U-Net)",
            context.lab(f"denoising stops working at 50% to {percent(LAB_LIMIT, 0)}"),
            AMOUNTS[-1] if limits["U-Net"] is None else limits["U-Net"],
            LAB_LIMIT,
        ),
        KeyFigure(
            "What denoising costs on clean pictures (percentage points)",
            f"{cost['dense']:.2f} (dense), {cost['U-Net']:.2f} (U-Net)",
            context.lab("it hurts"),
        ),
    ]


def _method(context: Context) -> list[str]:
    return [
        "Our convolutional network, trained on clean pictures only, reads the "
        f"{len(context.X_test):,} test pictures after a growing part of their pixels "
        "has been replaced by black or white: as they are, cleaned by the lab's dense "
        f"autoencoder, which was trained with {LAB_NOISE:.0%} noise, and cleaned by "
        "our U-Net.",
        "The true-positive rate (recall) of a class is the share of its pictures that "
        "are read as that class; over all classes it is the accuracy. Where a curve "
        f"crosses {LIMIT:.0%} is interpolated between the amounts measured.",
    ]


def _conclusion(
    curves: dict[str, NDArray[np.float64]], limits: dict[str, float | None]
) -> list[str]:
    dropped = ", ".join(
        f"{_limit_text(limits[name])} ({words})"
        for name, words in zip(
            CURVES, ("as they are", "dense autoencoder", "U-Net"), strict=True
        )
    )
    clean = ", ".join(
        f"{percent(curves[name][0], 2)} {words}"
        for name, words in zip(
            CURVES, ("without", "with the dense one", "with the U-Net"), strict=True
        )
    )
    middle = AMOUNTS.index(0.5)
    half = {name: percent(curves[name][middle]) for name in CURVES}
    return [
        f"The rate drops below {LIMIT:.0%} at these amounts of noise: {dropped}. With "
        f"half of the pixels replaced, {half['noisy']} are read without denoising, "
        f"{half['dense']} after the dense autoencoder and {half['U-Net']} after the "
        "U-Net.",
        f"On clean pictures {clean} are read: what a denoiser smooths away there was "
        "no noise.",
        "One draw of the noise was read, by a network that was never shown noise: one "
        "trained on noisy pictures may well need no denoiser.",
    ]


EXPERIMENT = Experiment(
    name="noise-robustness",
    title="Reading through noise",
    description="true-positive rate against noise, per class, noisy and denoised",
    question="How much noise can a network read through that has only seen clean "
    "pictures, and does it help to denoise them first?",
    run=run,
)
