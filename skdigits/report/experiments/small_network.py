"""The smallest network of the lab: its layers, parameters, loss and accuracy."""

import math

from skdigits import MLPDigitClassifier
from skdigits.plotting import plot_network
from skdigits.report._context import Context
from skdigits.report._experiment import (
    Column,
    Experiment,
    KeyFigure,
    Result,
    Table,
    percent,
)
from skdigits.report._figures import plot_from_axes
from skdigits.report.experiments._training_curves import (
    curve_plots,
    fit_with_test_history,
    history_table,
)

HIDDEN_LAYER_SIZES = 64, 64
EPOCHS = 10
LAB_PARAMETERS = 55_050

Layer = tuple[str, int, int, int]  # name, weights, biases, and their sum


def run(context: Context) -> Result:
    """Train once; plot the network and the training history."""
    mlp = MLPDigitClassifier(
        HIDDEN_LAYER_SIZES,
        alpha=0.0,
        epochs=EPOCHS,
        batch_size=context.choose(small=32, large=128, quick=32),
    )
    fit_with_test_history("the 64-64 network", mlp, context)
    layers = _layers(mlp)
    diagram = plot_from_axes(
        plot_network(mlp),
        name="network",
        caption="The network. The height of a bar shows the number of outputs.",
        alt="Diagram of the layers: "
        + ", ".join(f"{name} with {n:,} parameters" for name, *_, n in layers)
        + ".",
    )
    return Result(
        method=_method(mlp, layers, context),
        conclusion=_conclusion(mlp, len(mlp.classes_)),
        plots=[diagram, *curve_plots(mlp)],
        tables=[_layer_table(layers), history_table(mlp)],
        key_figures=[
            KeyFigure(
                "Parameters of the 64-64 network",
                f"{mlp.n_parameters_:,}",
                f"{LAB_PARAMETERS:,}",
            ),
            KeyFigure(
                f"Test accuracy of the 64-64 network after {EPOCHS} epochs",
                percent(mlp.history_["val_accuracy"][-1], 2),
                "plotted only",
            ),
        ],
    )


def _layers(mlp: MLPDigitClassifier) -> list[Layer]:
    """Return name, weights, biases and their sum of each layer with parameters."""
    kernels, biases = mlp.weights_[::2], mlp.weights_[1::2]
    names = [f"hidden layer {i + 1}" for i in range(len(kernels) - 1)] + ["softmax"]
    return [
        (name, kernel.size, bias.size, kernel.size + bias.size)
        for name, kernel, bias in zip(names, kernels, biases, strict=True)
    ]


def _layer_table(layers: list[Layer]) -> Table:
    columns = [
        ("weights", "Weights"),
        ("biases", "Biases"),
        ("parameters", "Parameters"),
    ]
    _, *counts = zip(*layers, strict=True)
    return Table(
        name="parameters",
        caption="Parameters of each layer",
        columns=[
            Column("layer", "Layer"),
            *(Column(name, heading, "{:,}") for name, heading in columns),
        ],
        rows=[*layers, ("total", *map(sum, counts))],
    )


def _method(
    mlp: MLPDigitClassifier,
    layers: list[Layer],
    context: Context,
) -> list[str]:
    n_pixels, n_classes = mlp.n_features_in_, len(mlp.classes_)
    n_weights = sum(weights for _, weights, _, _ in layers)
    n_biases = mlp.n_parameters_ - n_weights
    return [
        f"Each of the {n_pixels} pixels is connected to each of 64 units (ReLU), these "
        f"to 64 more units, and these to one output per class ({n_classes}). A softmax "
        f"converts the outputs to probabilities. This gives {n_weights:,} weights and "
        f"{n_biases:,} biases, {mlp.n_parameters_:,} parameters in total. Pixels are "
        f"fractions between 0 and 1. The network is trained for {EPOCHS} epochs on "
        f"{len(context.X_train):,} images.",
        "The loss is the categorical cross-entropy: minus the natural logarithm of the "
        "predicted probability of the true class, averaged over the images, in nats. "
        "It is 0 if the true class always has probability 1, and "
        f"ln {n_classes} = {math.log(n_classes):.2f} if all classes have the same "
        "probability.",
    ]


def _conclusion(mlp: MLPDigitClassifier, n_classes: int) -> list[str]:
    accuracy, loss = (mlp.history_[name] for name in ("val_accuracy", "val_loss"))
    return [
        f"The test accuracy is {percent(accuracy[-1], 2)} after {EPOCHS} epochs and "
        f"{percent(accuracy[0], 2)} after the first epoch; random guessing has about "
        f"{percent(1 / n_classes, 0)}. The test loss of {loss[-1]:.3f} nats means that "
        "the predicted probability of the true class is "
        f"{math.exp(-loss[-1]):.0%} (geometric mean).",
    ]


EXPERIMENT = Experiment(
    name="small-network",
    title="A first network",
    description="layers, parameters, loss and 10 epochs of the dense network 64-64",
    question="What are the parts of a network, and what does its loss mean?",
    run=run,
)
