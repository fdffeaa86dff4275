"""Digits in the latent space of an autoencoder with two latent dimensions."""

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from skdigits import DenoisingAutoencoder
from skdigits.plotting import LatentSpaceDisplay, plot_latent_grid
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
from skdigits.report.experiments._shared_networks import train_dense, train_plane

N_NEIGHBORS = 10
GRID_SIZE = 15


def run(context: Context) -> Result:
    """Train the autoencoder, and plot its latent space."""
    autoencoder = context.compute_once(train_plane)
    context.start_step("plotting the latent space")
    accuracies = [
        (latent_size, _accuracy(one, context))
        for latent_size, one in [
            (2, autoencoder),
            (96, context.compute_once(train_dense)),
        ]
    ]
    return Result(
        method=_method(autoencoder, context),
        conclusion=_conclusion(accuracies),
        plots=[
            _scatter_plot(autoencoder, context),
            _grid_plot(autoencoder, context),
        ],
        tables=[_table(accuracies)],
        key_figures=[
            KeyFigure(
                "Test accuracy of the nearest neighbors in the plane",
                percent(accuracies[0][1]),
                "scatter plot; classes overlap",
            )
        ],
    )


def _accuracy(autoencoder: DenoisingAutoencoder, context: Context) -> float:
    """Return the test accuracy of nearest neighbors in the latent space."""
    classifier = KNeighborsClassifier(N_NEIGHBORS)
    classifier.fit(autoencoder.encode(context.X_train), context.y_train)
    return classifier.score(autoencoder.encode(context.X_test), context.y_test)


def _scatter_plot(autoencoder: DenoisingAutoencoder, context: Context) -> Plot:
    display = LatentSpaceDisplay.from_estimator(
        autoencoder,
        context.X_test,
        context.y_test,
        ax=new_figure(height=4.4).subplots(),
    )
    return Plot(
        name="latent-space",
        caption="Latent vectors of the test images, colored by class. The label of a "
        "class is at the mean of its points.",
        alt="Scatter plot of the latent vectors in the plane.",
        figure=display.figure_,
    )


def _grid_plot(autoencoder: DenoisingAutoencoder, context: Context) -> Plot:
    figure = new_figure(height=4.4)
    plot_latent_grid(autoencoder, context.X_test, n=GRID_SIZE, ax=figure.subplots())
    return Plot(
        name="latent-grid",
        caption="Images decoded from a grid over the same plane.",
        alt=f"Grid of {GRID_SIZE} times {GRID_SIZE} decoded digits that change "
        "gradually into each other.",
        figure=figure,
    )


def _table(accuracies: list[tuple[int, float]]) -> Table:
    return Table(
        name="neighbours",
        caption=f"Test accuracy of the {N_NEIGHBORS} nearest neighbors among the "
        "latent vectors of the training images",
        columns=[
            Column("latent_size", "Latent dimensions"),
            fraction("test_accuracy", "Test accuracy"),
        ],
        rows=accuracies,
    )


def _method(autoencoder: DenoisingAutoencoder, context: Context) -> list[str]:
    sizes = "-".join(
        str(size) for size in np.atleast_1d(autoencoder.hidden_layer_sizes)
    )
    return [
        f"An autoencoder with hidden layers of {sizes} units encodes each of the "
        f"{len(context.X_train):,} training images, without noise, as a latent vector "
        "of two numbers and reconstructs the image from it "
        f"({autoencoder.n_iter_} epochs). It is trained without labels. Each test "
        "image is then a point in a plane, and the decoder generates an image for any "
        "point of the plane.",
        "To measure the overlap of the classes, each test image is classified by the "
        f"{N_NEIGHBORS} training images with the nearest latent vectors. For "
        "comparison, the same is done with the 96 latent dimensions of the dense "
        "denoising autoencoder.",
    ]


def _conclusion(accuracies: list[tuple[int, float]]) -> list[str]:
    (_, small), (n, large) = accuracies
    return [
        f"With two latent dimensions the accuracy is {percent(small)}, with {n} it is "
        f"{percent(large)}. The errors are in regions where classes overlap; latent "
        "vectors sampled there decode to images of no class or of several at once.",
    ]


EXPERIMENT = Experiment(
    name="latent-space",
    title="Latent space",
    description="a latent space of two dimensions, and the images decoded from it",
    question="How does an autoencoder arrange images in a latent space of two "
    "dimensions, and what does it decode between them?",
    run=run,
)
