"""Convolutional networks of the lab and ours: accuracy, feature maps and filters."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits import CNNDigitClassifier
from skdigits.inspection import layer_outputs
from skdigits.plotting import (
    plot_digits,
    plot_feature_maps,
    plot_filters,
    plot_network,
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
from skdigits.report._figures import new_figure, plot_from_axes
from skdigits.report.experiments._shared_networks import train_cnn

MAX_MISTAKES = 20
MAPS_PER_ROW = 12
LAB, OURS = "the lab's", "ours"
LAB_ACCURACY, TARGET_ACCURACY = 0.988, 0.99


def run(context: Context) -> Result:
    """Train both networks, compare their predictions, and plot their layers."""
    cnns = {LAB: _train_lab_cnn(context), OURS: context.compute_once(train_cnn)}
    context.start_step("classifying the test images and plotting")
    predictions = {name: cnn.predict(context.X_test) for name, cnn in cnns.items()}
    correct = {name: y_pred == context.y_test for name, y_pred in predictions.items()}
    plots = [] if context.quick else _network_plots(cnns[LAB], "lab", context)
    plots += _network_plots(cnns[OURS], "ours", context)
    if not correct[OURS].all():
        plots.append(_mistake_plot(predictions[OURS], context))
    return Result(
        method=_method(cnns, context),
        conclusion=_conclusion(correct),
        plots=plots,
        tables=[_table(cnns, correct)],
        key_figures=[
            KeyFigure(
                f"Test accuracy of the lab's CNN after {cnns[LAB].n_iter_} epochs",
                percent(correct[LAB].mean(), 2),
                percent(LAB_ACCURACY),
                correct[LAB].mean(),
                context.comparable(LAB_ACCURACY),
            ),
            KeyFigure(
                f"Test accuracy of our CNN after {cnns[OURS].n_iter_} epochs",
                percent(correct[OURS].mean(), 2),
                f"{percent(TARGET_ACCURACY, 0)} was the target",
            ),
        ],
    )


def _train_lab_cnn(context: Context) -> CNNDigitClassifier:
    cnn = CNNDigitClassifier(
        ((32, 64),),
        kernel_size=3,
        padding="valid",
        batch_norm=False,
        hidden_layer_sizes=64,
        augmentation=None,
        label_smoothing=0.0,
        epochs=context.choose(small=20, large=8, quick=2),
        batch_size=context.choose(small=32, large=128, quick=32),
    )
    return context.fit("the lab's CNN", cnn, context.X_train, context.y_train)


def _network_plots(cnn: CNNDigitClassifier, key: str, context: Context) -> list[Plot]:
    """Plot the network, its feature maps for one image, and its first filters."""
    owner = {"lab": "The lab's network", "ours": "Our network"}[key]
    label = context.y_test[0]
    return [
        plot_from_axes(
            plot_network(cnn),
            name=f"network-{key}",
            caption=f"{owner}. Blocks are feature maps; the depth shows the channels.",
            alt=f"Diagram of a network of {cnn.n_parameters_:,} parameters.",
        ),
        plot_from_axes(
            plot_feature_maps(
                cnn,
                context.X_test[0],
                layers=_layers_with_maps(cnn, context),
                n_columns=MAPS_PER_ROW,
            ),
            name=f"maps-{key}",
            caption=f"{owner}: feature maps of convolutions, pooling and dropout for a "
            f"test image of class {label}.",
            alt="Blocks of feature maps, one per channel, for each layer.",
        ),
        plot_from_axes(
            plot_filters(cnn, n_columns=8),
            name=f"filters-{key}",
            caption=f"{owner}: the filters of the first convolution.",
            alt="Grid of filters with positive weights in red, negative ones in blue.",
        ),
    ]


def _layers_with_maps(cnn: CNNDigitClassifier, context: Context) -> list[str]:
    """Return the names of layers whose feature maps are larger than one pixel."""
    return [
        name
        for name, maps in layer_outputs(cnn, context.X_test[:1]).items()
        if name.startswith(("conv", "pool", "dropout"))
        and math.prod(maps.shape[1:3]) > 1
    ]


def _mistake_plot(y_pred: NDArray[Any], context: Context) -> Plot:
    wrong = np.flatnonzero(y_pred != context.y_test)
    shown = wrong[:MAX_MISTAKES]
    titles = [f"{context.y_test[i]}→{y_pred[i]}" for i in shown]
    figure = new_figure(height=0.4 + 0.85 * -(-len(shown) // 5), layout="compressed")
    plot_digits(context.X_test[shown], n_columns=5, titles=titles, ax=figure.subplots())
    return Plot(
        name="mistakes",
        caption=f"{len(shown)} of the {len(wrong)} test images that our network "
        "misclassifies: true label → predicted label.",
        alt=f"Digits with true and predicted label: {', '.join(titles)}.",
        figure=figure,
    )


def _table(
    cnns: dict[str, CNNDigitClassifier], correct: dict[str, NDArray[Any]]
) -> Table:
    return Table(
        name="test",
        caption="Both networks on the test images",
        columns=[
            Column("network", "Network"),
            Column("n_parameters", "Parameters", "{:,}"),
            Column("epochs", "Epochs"),
            fraction("test_accuracy", "Test accuracy"),
            Column("n_mistakes", "Mistakes", "{:,}"),
        ],
        rows=[
            (
                name,
                cnn.n_parameters_,
                cnn.n_iter_,
                is_correct.mean(),
                (~is_correct).sum(),
            )
            for (name, cnn), is_correct in zip(
                cnns.items(), correct.values(), strict=True
            )
        ],
    )


def _method(cnns: dict[str, CNNDigitClassifier], context: Context) -> list[str]:
    lab, ours = cnns[LAB], cnns[OURS]
    *filters, last = (n_filters for (n_filters,) in ours.conv_blocks)
    listed = f"{', '.join(map(str, filters))} and {last}"
    shifted = "" if ours.augmentation is None else ", and is trained on shifted images"
    return [
        "The lab's network has two convolutions with 32 and 64 filters of 3x3 weights, "
        "2x2 max-pooling, dropout of 20% and a dense layer of 64 units: "
        f"{lab.n_parameters_:,} parameters, trained for {lab.n_iter_} epochs. Ours "
        f"has batch normalization and pooling after each of {len(filters) + 1} "
        f"convolutions ({listed} filters of {ours.kernel_size}x{ours.kernel_size} "
        f"weights), a dense layer of {ours.hidden_layer_sizes} units{shifted}: "
        f"{ours.n_parameters_:,} parameters, {ours.n_iter_} epochs. Both are trained "
        f"on {len(context.X_train):,} images.",
        "A convolution slides a window over the image; each filter responds to its own "
        "pattern. Max-pooling keeps the largest of four neighboring outputs. Dropout "
        "sets some outputs to 0 during training, so that no unit can rely on a single "
        "one.",
    ]


def _conclusion(correct: dict[str, NDArray[Any]]) -> list[str]:
    lab, ours = correct[LAB], correct[OURS]
    n_lab, n_ours = int((lab & ~ours).sum()), int((ours & ~lab).sum())
    p = _mcnemar(n_lab, n_ours)
    verdict = "significant" if p < 0.05 else "not significant"
    return [
        f"The accuracy on the {len(lab):,} test images is {percent(lab.mean(), 2)} for "
        f"the lab's network and {percent(ours.mean(), 2)} for ours. {n_ours} images "
        f"are classified correctly by ours only, {n_lab} by the lab's only. The "
        f"difference is {verdict} (McNemar's test, p = {p:.2g}).",
    ]


def _mcnemar(n_first: int, n_second: int) -> float:
    """Return the exact two-sided p-value of McNemar's test."""
    n = n_first + n_second
    tail = sum(math.comb(n, k) for k in range(min(n_first, n_second) + 1))
    return min(1.0, 2 * tail / 2**n)


EXPERIMENT = Experiment(
    name="convolution",
    title="Convolutional networks",
    description="two convolutional networks, their feature maps and filters",
    question="How much does a network gain from the spatial structure of images, and "
    "what do its layers compute?",
    run=run,
)
