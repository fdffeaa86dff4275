"""Classification of the corruptions of MNIST-C, with and without denoising."""

from typing import Any

import numpy as np

from skdigits.corruptions import mnist_c
from skdigits.plotting._axes import BLUE, VERMILLION, legend_above
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
from skdigits.report._figures import new_figure
from skdigits.report.experiments._shared_networks import train_cnn, train_unet

CLEAN = "none"
# Enough for a standard error of one percentage point.
MAX_IMAGES = 2000

# Accuracies without and with denoising (fractions), by corruption.
Accuracies = dict[str, tuple[float, float]]


def run(context: Context) -> Result:
    """Classify corrupted images with a network trained on clean images."""
    classifier = context.compute_once(train_cnn)
    denoiser = context.compute_once(train_unet)
    X, y = _test_images(context)
    accuracies: Accuracies = {}
    for name, corruption in {
        CLEAN: None,
        **mnist_c(random_state=context.seed),
    }.items():
        context.start_step(f"classifying the test images, corruption: {name}")
        corrupted = X if corruption is None else corruption.fit_transform(X)
        accuracies[name] = (
            float(np.mean(classifier.predict(corrupted) == y)),
            float(np.mean(classifier.predict(denoiser.transform(corrupted)) == y)),
        )
    fifteen = {name: pair for name, pair in accuracies.items() if name != CLEAN}
    means = np.mean(list(fifteen.values()), axis=0).tolist()
    return Result(
        method=_method(len(X)),
        conclusion=_conclusion(accuracies, fifteen, means),
        plots=[_plot(fifteen, accuracies[CLEAN][0])],
        tables=[_table(accuracies)],
        key_figures=[
            KeyFigure(
                "Mean accuracy on the fifteen corruptions of MNIST-C",
                f"{percent(means[0])}, denoised {percent(means[1])}",
            )
        ],
    )


def _test_images(context: Context) -> tuple[Any, Any]:
    """Return test images and labels, evenly spaced if there are many."""
    step = -(-len(context.X_test) // MAX_IMAGES)
    return context.X_test[::step], context.y_test[::step]


def _plot(fifteen: Accuracies, clean: float) -> Plot:
    from matplotlib.ticker import PercentFormatter

    names = sorted(fifteen, key=lambda name: fifteen[name][0])
    figure = new_figure(height=4.2)
    ax = figure.subplots()
    for index, (label, colour, marker) in enumerate(
        [("as they are", VERMILLION, "s"), ("denoised", BLUE, "o")]
    ):
        ax.plot(
            [fifteen[name][index] for name in names],
            names,
            marker,
            color=colour,
            label=label,
            fillstyle="none",
            markeredgewidth=1.5,
        )
    ax.axvline(clean, color="0.4", linewidth=0.8, linestyle=":")
    ax.set_xlim(0, 1.02)
    ax.set_xlabel("accuracy (%)")
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    ax.grid(linewidth=0.5, alpha=0.5)
    legend_above(ax)
    points = "; ".join(
        f"{name} {percent(fifteen[name][0])}, denoised {percent(fifteen[name][1])}"
        for name in reversed(names)
    )
    return Plot(
        name="accuracy",
        caption="Accuracy on corrupted images; the dotted line is for clean ones.",
        alt=f"Two points for each corruption: {points}.",
        figure=figure,
    )


def _table(accuracies: Accuracies) -> Table:
    return Table(
        name="accuracy",
        caption="Accuracy by corruption",
        columns=[
            Column("corruption", "Corruption"),
            fraction("accuracy", "As they are"),
            fraction("denoised_accuracy", "Denoised"),
        ],
        rows=[(name, *pair) for name, pair in accuracies.items()],
    )


def _method(n_images: int) -> list[str]:
    return [
        "Our convolutional network, trained on clean images only, classifies "
        f"{n_images:,} test images with each of the fifteen corruptions of MNIST-C (Mu "
        "and Gilmer, 2019), as they are and denoised by our U-Net, which was trained "
        "on salt-and-pepper noise only.",
        "Sizes and shifts are those of MNIST-C, in pixels of images of 28x28. Smaller "
        "images suffer more from them.",
    ]


def _conclusion(
    accuracies: Accuracies, fifteen: Accuracies, means: list[float]
) -> list[str]:
    worst = min(fifteen, key=lambda name: fifteen[name][0])
    gains = {name: denoised - plain for name, (plain, denoised) in fifteen.items()}
    best, last = max(gains, key=gains.__getitem__), min(gains, key=gains.__getitem__)
    return [
        f"The mean accuracy over the corruptions is {percent(means[0])}, on clean "
        f"images {percent(accuracies[CLEAN][0])}. It is lowest for {worst}, "
        f"{percent(fifteen[worst][0])}.",
        f"Denoising changes the mean to {percent(means[1])}: by "
        f"{100 * gains[best]:+.1f} percentage points for {best}, and by "
        f"{100 * gains[last]:+.1f} for {last}. A denoiser removes what it was trained "
        "to remove; what it does to other corruptions must be measured.",
    ]


EXPERIMENT = Experiment(
    name="corruptions",
    title="Other corruptions",
    description="accuracy on the corruptions of MNIST-C, as they are and denoised",
    question="Which other corruptions can a network trained on clean images tolerate, "
    "and does a denoiser help?",
    run=run,
)
