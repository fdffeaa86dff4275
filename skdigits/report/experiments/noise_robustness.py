"""Classification of noisy images, with and without denoising."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits import SaltPepperNoise
from skdigits.plotting._axes import (
    BLUE,
    GREY,
    ORANGE,
    VERMILLION,
    as_text,
    draw_curves,
    noise_axis,
    percent_axis,
)
from skdigits.report._context import Context
from skdigits.report._experiment import (
    Column,
    Experiment,
    KeyFigure,
    Plot,
    Result,
    Table,
    fraction,
    percent,
)
from skdigits.report._figures import WIDTH, new_figure
from skdigits.report.experiments._shared_networks import (
    LAB_NOISE,
    train_cnn,
    train_dense,
    train_unet,
)

AMOUNTS = tuple(np.linspace(0, 0.9, 10).round(1).tolist())
# The classifier is considered to fail below this true-positive rate.
LIMIT = 0.95
CURVES = {
    "noisy": (VERMILLION, "s--"),
    "dense": (ORANGE, "^-"),
    "U-Net": (BLUE, "o-"),
}

# Rates for each amount of noise, by curve.
Curves = dict[str, NDArray[np.float64]]


def run(context: Context) -> Result:
    """Classify noisy and denoised images with a network trained on clean images."""
    predictions = _predict(context)
    correct = {name: y == context.y_test for name, y in predictions.items()}
    overall = _rates(correct, slice(None))
    classes = {
        str(label): _rates(correct, context.y_test == label)
        for label in np.unique(context.y_test)
    }
    total = "all"
    while total in classes:
        total = f"({total})"
    rates = {**classes, total: overall}
    limits = {
        label: {name: limit(AMOUNTS, curve) for name, curve in curves.items()}
        for label, curves in rates.items()
    }
    return Result(
        method=_method(context),
        conclusion=_conclusion(overall, limits[total]),
        plots=[
            _overall_plot(overall),
            *([] if context.quick else [_class_plot(classes)]),
        ],
        tables=[
            _rate_table("overall", {total: overall}, "True-positive rate over all"),
            _limit_table(limits),
            _rate_table("classes", rates, "True-positive rate of each class"),
        ],
        key_figures=_key_figures(overall, limits[total]),
    )


def _predict(context: Context) -> dict[str, NDArray[Any]]:
    """Return the predicted labels, (n_amounts, n_images), of each curve."""
    classifier = context.compute_once(train_cnn)
    denoisers = [context.compute_once(train_dense), context.compute_once(train_unet)]
    steps = []
    for amount in AMOUNTS:
        context.start_step(f"classifying the test images at {amount:.0%} noise")
        noise = SaltPepperNoise(amount, random_state=context.seed)
        X_noisy = noise.fit_transform(context.X_test)
        denoised = [denoiser.transform(X_noisy) for denoiser in denoisers]
        steps.append([classifier.predict(X) for X in (X_noisy, *denoised)])
    return dict(zip(CURVES, np.stack(steps, axis=1), strict=True))


def _rates(correct: dict[str, NDArray[np.bool_]], images: Any) -> Curves:
    """Return the rates of correct predictions for some of the images."""
    return {name: one[:, images].mean(axis=1) for name, one in correct.items()}


def limit(amounts: Any, rates: NDArray[np.float64]) -> float | None:
    """Return the amount of noise at which the rate first drops below `LIMIT`.

    Rates between two amounts are interpolated linearly. None if the rate never drops
    below `LIMIT`.
    """
    below = np.flatnonzero(rates < LIMIT)
    if len(below) == 0:
        return None
    i = below[0]
    if i == 0:
        return float(amounts[0])
    return float(np.interp(-LIMIT, -rates[i - 1 : i + 1], amounts[i - 1 : i + 1]))


def _plot_curves(ax: Any, curves: Curves) -> None:
    """Plot the three curves and a line at `LIMIT`."""
    draw_curves(ax, AMOUNTS, [(curves[name], name, *CURVES[name]) for name in CURVES])
    ax.axhline(LIMIT, color=GREY, linewidth=0.8, linestyle=":")
    ax.set_ylim(0, 1.03)
    noise_axis(ax)
    percent_axis(ax, "true-positive rate")


def _overall_plot(curves: Curves) -> Plot:
    figure = new_figure()
    ax = figure.subplots()
    _plot_curves(ax, curves)
    points = "; ".join(
        f"at {AMOUNTS[i]:.0%} noise "
        + ", ".join(f"{name} {percent(curve[i])}" for name, curve in curves.items())
        for i in range(0, len(AMOUNTS), 2)
    )
    return Plot(
        name="overall",
        caption="True-positive rate over all classes against the amount of noise; the "
        f"dotted line is {LIMIT:.0%}.",
        alt=f"Three curves; {points}.",
        figure=figure,
    )


def _class_plot(classes: dict[str, Curves]) -> Plot:
    """Plot a panel per class."""
    n_rows = -(-len(classes) // 2)
    figure = new_figure(height=0.5 + 0.28 * WIDTH * n_rows)
    axes = figure.subplots(n_rows, 2, sharex=True, sharey=True, squeeze=False)
    for ax, (label, curves) in zip(axes.flat, classes.items(), strict=False):
        _plot_curves(ax, curves)
        legend = ax.get_legend()
        handles, names = ax.get_legend_handles_labels()
        legend.remove()
        ax.set(xlabel="", ylabel="")
        ax.set_title(f"class {as_text(label)}", loc="left", fontsize=9)
    for ax in axes.flat[len(classes) :]:
        ax.set_visible(False)
    figure.legend(handles, names, loc="outside upper center", ncols=3, frameon=False)
    figure.supxlabel("pixels replaced by noise (%)", fontsize=10)
    figure.supylabel("true-positive rate (%)", fontsize=10)
    return Plot(
        name="classes",
        caption=f"The same for each class; the dotted line is {LIMIT:.0%}.",
        alt="A panel of three curves for each class; the numbers are in classes.csv.",
        figure=figure,
    )


def _columns() -> list[tuple[str, str]]:
    """Return the names in CSV files, and the headings, of the curves."""
    return [
        (name.lower().replace("-", ""), name[:1].upper() + name[1:]) for name in CURVES
    ]


def _rate_table(name: str, rates: dict[str, Curves], caption: str) -> Table:
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


def _limit_table(limits: dict[str, dict[str, float | None]]) -> Table:
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


def _key_figures(curves: Curves, limits: dict[str, float | None]) -> list[KeyFigure]:
    cost = {name: 100 * (curves["noisy"][0] - curves[name][0]) for name in CURVES}
    return [
        KeyFigure(
            f"Noise at which accuracy after denoising drops below {LIMIT:.0%}",
            f"{_limit_text(limits['dense'])} (dense), "
            f"{_limit_text(limits['U-Net'])} (U-Net)",
            "denoising stops working at 50% to 60%",
        ),
        KeyFigure(
            "Accuracy lost by denoising clean images (percentage points)",
            f"{cost['dense']:.2f} (dense), {cost['U-Net']:.2f} (U-Net)",
            "it hurts",
        ),
    ]


def _method(context: Context) -> list[str]:
    return [
        "Our convolutional network, trained on clean images only, classifies the "
        f"{len(context.X_test):,} test images with growing amounts of noise: without "
        "denoising, denoised by the lab's dense autoencoder, which was trained with "
        f"{LAB_NOISE:.0%} noise, and denoised by our U-Net.",
        "The true-positive rate (recall) of a class is the fraction of its images that "
        "are classified correctly; over all classes it is the accuracy. The amount at "
        f"which a curve crosses {LIMIT:.0%} is interpolated between the amounts "
        "measured.",
    ]


def _conclusion(curves: Curves, limits: dict[str, float | None]) -> list[str]:
    dropped = ", ".join(
        f"{_limit_text(limits[name])} ({words})"
        for name, words in zip(
            CURVES, ("without denoising", "dense autoencoder", "U-Net"), strict=True
        )
    )
    clean = ", ".join(
        f"{percent(curves[name][0], 2)} {words}"
        for name, words in zip(
            CURVES,
            ("without denoising", "with the dense autoencoder", "with the U-Net"),
            strict=True,
        )
    )
    middle = AMOUNTS.index(0.5)
    half = {name: percent(curves[name][middle]) for name in CURVES}
    return [
        f"The rate drops below {LIMIT:.0%} at these amounts of noise: {dropped}. With "
        f"half of the pixels replaced it is {half['noisy']} without denoising, "
        f"{half['dense']} with the dense autoencoder and {half['U-Net']} with the "
        "U-Net.",
        f"On clean images the accuracy is {clean}: a denoiser can remove details that "
        "are not noise.",
        "These results are for one noise pattern and for a network that was trained "
        "without noise. A network trained on noisy images may not need a denoiser.",
    ]


EXPERIMENT = Experiment(
    name="noise-robustness",
    title="Robustness to noise",
    description="true-positive rate against noise, per class, noisy and denoised",
    question="How much noise can a network trained on clean images tolerate, and does "
    "denoising help?",
    run=run,
)
