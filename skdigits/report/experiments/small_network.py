"""The smallest network of the lab: its layers, its parameters and what it learns."""

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
from skdigits.report._figures import drawn
from skdigits.report.experiments._curves import curves, history_table, train_watched

HIDDEN_LAYER_SIZES = 64, 64
EPOCHS = 10
LAB_PARAMETERS = 55_050

Layer = tuple[str, int, int, int]  # name, weights, biases, and their sum


def run(context: Context) -> Result:
    """Train once; draw the network and what the training recorded."""
    mlp = MLPDigitClassifier(
        HIDDEN_LAYER_SIZES,
        alpha=0.0,
        epochs=EPOCHS,
        batch_size=context.choose(small=32, large=128, quick=32),
    )
    train_watched("the 64-64 network", mlp, context)
    layers = _layers(mlp)
    diagram = drawn(
        plot_network(mlp),
        name="network",
        caption="The network. A bar is the higher, the more numbers a layer puts out.",
        alt="Diagram of the layers: "
        + ", ".join(f"{name} with {n:,} parameters" for name, *_, n in layers)
        + ".",
    )
    return Result(
        method=_method(mlp, layers, context),
        conclusion=_conclusion(mlp, len(mlp.classes_)),
        pictures=[diagram, *curves(mlp)],
        tables=[_layer_table(layers), history_table(mlp)],
        key_figures=[
            KeyFigure(
                "Parameters of the 64-64 network",
                f"{mlp.n_parameters_:,}",
                context.lab(f"{LAB_PARAMETERS:,}"),
                mlp.n_parameters_,
                LAB_PARAMETERS,
            ),
            KeyFigure(
                f"Test accuracy of the 64-64 network after {EPOCHS} epochs",
                percent(mlp.history_["val_accuracy"][-1], 2),
                context.lab("plotted only"),
            ),
        ],
    )


def _layers(mlp: MLPDigitClassifier) -> list[Layer]:
    """Name, weights, biases and sum of each layer with parameters."""
    kernels, biases = mlp.weights_[::2], mlp.weights_[1::2]
    names = [f"hidden layer {i + 1}" for i in range(len(kernels) - 1)] + ["softmax"]
    return [
        (name, kernel.size, bias.size, kernel.size + bias.size)
        for name, kernel, bias in zip(names, kernels, biases, strict=True)
    ]


def _layer_table(layers: list[Layer]) -> Table:
    columns = [("weights", "Weights"), ("biases", "Biases"), ("parameters", "Sum")]
    _, *counts = zip(*layers, strict=True)
    return Table(
        name="parameters",
        caption="Parameters of each layer",
        columns=[
            Column("layer", "Layer"),
            *(Column(name, heading, "{:,}") for name, heading in columns),
        ],
        rows=[*layers, ("all", *map(sum, counts))],
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
        f"Each of the {n_pixels} pixels is joined to each of 64 units (ReLU), these "
        f"to 64 more, and these to one output per class ({n_classes}), which a softmax "
        f"turns into probabilities. That makes {n_weights:,} weights and {n_biases:,} "
        f"biases, {mlp.n_parameters_:,} parameters in all. Pixels are fractions "
        "between 0 and 1. The network passes over "
        f"{len(context.X_train):,} training pictures {EPOCHS} times.",
        "The loss is the categorical cross-entropy: minus the natural logarithm of the "
        "probability given to the right class, averaged over the pictures, in nats. "
        "It is 0 for a network that is always right and sure of it, and "
        f"ln {n_classes} = {math.log(n_classes):.2f} for one that gives all classes "
        "the same probability.",
    ]


def _conclusion(mlp: MLPDigitClassifier, n_classes: int) -> list[str]:
    accuracy, loss = (mlp.history_[name] for name in ("val_accuracy", "val_loss"))
    return [
        f"After {EPOCHS} epochs the network reads {percent(accuracy[-1], 2)} of the "
        f"test pictures, after the first {percent(accuracy[0], 2)}; "
        f"guessing reads about {percent(1 / n_classes, 0)}. The test loss of "
        f"{loss[-1]:.3f} nats says that it gives the right class a probability of "
        f"{math.exp(-loss[-1]):.0%} (geometric mean).",
    ]


EXPERIMENT = Experiment(
    name="small-network",
    title="A first network",
    description="layers, parameters, loss and 10 epochs of the dense network 64-64",
    question="What is a network made of, and what does its loss mean?",
    run=run,
)
