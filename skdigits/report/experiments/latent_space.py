"""Where an autoencoder with a code of two numbers puts the digits."""

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from skdigits import DenoisingAutoencoder
from skdigits.plotting import LatentSpaceDisplay, plot_latent_grid
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
from skdigits.report._figures import new_figure
from skdigits.report.experiments._trained import train_dense, train_plane

N_NEIGHBORS = 10
GRID_SIZE = 15


def run(context: Context) -> Result:
    """Train the small hourglass, and draw its plane."""
    autoencoder = context.once(train_plane)
    context.announce("drawing and reading the codes")
    accuracies = [
        (codes, _accuracy(one, context))
        for codes, one in [(2, autoencoder), (96, context.once(train_dense))]
    ]
    return Result(
        method=_method(autoencoder, context),
        conclusion=_conclusion(accuracies),
        pictures=[_scatter(autoencoder, context), _grid(autoencoder, context)],
        tables=[_table(accuracies)],
        key_figures=[
            KeyFigure(
                "Test pictures whose class their neighbours in the plane tell",
                percent(accuracies[0][1]),
                context.lab("scatter plot; classes overlap"),
            )
        ],
    )


def _accuracy(autoencoder: DenoisingAutoencoder, context: Context) -> float:
    """Share of test pictures read right by the nearest codes of training pictures."""
    reader = KNeighborsClassifier(N_NEIGHBORS)
    reader.fit(autoencoder.encode(context.X_train), context.y_train)
    return reader.score(autoencoder.encode(context.X_test), context.y_test)


def _scatter(autoencoder: DenoisingAutoencoder, context: Context) -> Picture:
    display = LatentSpaceDisplay.from_estimator(
        autoencoder,
        context.X_test,
        context.y_test,
        ax=new_figure(height=4.4).subplots(),
    )
    return Picture(
        name="latent-space",
        caption="Codes of the test pictures, coloured by class; a class's name stands "
        "at the mean of its points.",
        alt="Scatter plot of points in the plane of the two numbers of the code.",
        figure=display.figure_,
    )


def _grid(autoencoder: DenoisingAutoencoder, context: Context) -> Picture:
    figure = new_figure(height=4.4)
    plot_latent_grid(autoencoder, context.X_test, n=GRID_SIZE, ax=figure.subplots())
    return Picture(
        name="latent-grid",
        caption="What the decoder draws all over the same plane.",
        alt=f"Grid of {GRID_SIZE} times {GRID_SIZE} drawn digits that change into "
        "each other.",
        figure=figure,
    )


def _table(accuracies: list[tuple[int, float]]) -> Table:
    return Table(
        name="neighbours",
        caption=f"Test pictures read by the {N_NEIGHBORS} nearest codes of training "
        "pictures",
        columns=[
            Column("latent_size", "Numbers in the code"),
            fraction("test_accuracy", "Test accuracy"),
        ],
        rows=accuracies,
    )


def _method(autoencoder: DenoisingAutoencoder, context: Context) -> list[str]:
    sizes = "-".join(
        str(size) for size in np.atleast_1d(autoencoder.hidden_layer_sizes)
    )
    return [
        f"An autoencoder with hidden layers of {sizes} units squeezes each of the "
        f"{len(context.X_train):,} training pictures, without noise, into two numbers "
        f"and draws it again from these ({autoencoder.n_iter_} epochs). It is never "
        "told which class a picture shows. Each test picture is then a point in a "
        "plane, and the decoder can be asked what it draws anywhere in it.",
        f"How far the classes overlap is measured by reading each test picture by the "
        f"{N_NEIGHBORS} training pictures whose codes are nearest to its own, and for "
        "comparison by the codes of 96 numbers of the dense denoising autoencoder.",
    ]


def _conclusion(accuracies: list[tuple[int, float]]) -> list[str]:
    (_, small), (n, large) = accuracies
    return [
        f"Two numbers tell the class of {percent(small)} of the test pictures, {n} "
        f"numbers that of {percent(large)}. What is missing are the places where "
        "classes overlap; codes drawn at random from there decode to pictures that are "
        "no class or several at once.",
    ]


EXPERIMENT = Experiment(
    name="latent-space",
    title="A plane of digits",
    description="codes of two numbers as a scatter plot, and what they decode to",
    question="Where does an autoencoder put the pictures if it may keep two numbers of "
    "each, and what lies between them?",
    run=run,
)
