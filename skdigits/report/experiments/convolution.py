"""Convolutional networks: the lab's, ours, and what their layers do."""

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
    Picture,
    Result,
    Table,
    fraction,
    percent,
)
from skdigits.report._figures import drawn, new_figure
from skdigits.report.experiments._trained import train_cnn

MOST_MISTAKES = 20
MAPS_PER_ROW = 12
LAB, OURS = "the lab's", "ours"
LAB_ACCURACY, ASKED_FOR = 0.988, 0.99


def run(context: Context) -> Result:
    """Train both networks; compare what they read, and look inside."""
    cnns = {LAB: _train_lab_cnn(context), OURS: context.once(train_cnn)}
    context.announce("reading the test pictures and drawing")
    answers = {name: cnn.predict(context.X_test) for name, cnn in cnns.items()}
    hits = {name: answer == context.y_test for name, answer in answers.items()}
    pictures = [
        *_drawings(cnns[LAB], "lab", context),
        *_drawings(cnns[OURS], "ours", context),
    ]
    if not hits[OURS].all():
        pictures.append(_mistakes(answers[OURS], context))
    return Result(
        method=_method(cnns, context),
        conclusion=_conclusion(hits),
        pictures=pictures,
        tables=[_table(cnns, hits)],
        key_figures=[
            KeyFigure(
                f"Test accuracy of the lab's CNN after {cnns[LAB].n_iter_} epochs",
                percent(hits[LAB].mean(), 2),
                context.lab(percent(LAB_ACCURACY)),
                hits[LAB].mean(),
                LAB_ACCURACY,
            ),
            KeyFigure(
                f"Test accuracy of our CNN after {cnns[OURS].n_iter_} epochs",
                percent(hits[OURS].mean(), 2),
                context.lab(f"{percent(ASKED_FOR, 0)} was asked for"),
                hits[OURS].mean(),
                ASKED_FOR,
            ),
        ],
    )


def _train_lab_cnn(context: Context) -> CNNDigitClassifier:
    cnn = CNNDigitClassifier(
        ((32, 64),),
        padding="valid",
        batch_norm=False,
        hidden_layer_sizes=(64,),
        augmentation=None,
        label_smoothing=0.0,
        epochs=context.choose(small=20, large=8, quick=4),
        batch_size=context.choose(small=32, large=128, quick=32),
    )
    return context.fit("the lab's CNN", cnn, context.X_train, context.y_train)


def _drawings(cnn: CNNDigitClassifier, key: str, context: Context) -> list[Picture]:
    """Draw the network, its maps for one picture, and its first filters."""
    whose = {"lab": "The lab's network", "ours": "Our network"}[key]
    label = context.y_test[0]
    return [
        drawn(
            plot_network(cnn),
            name=f"network-{key}",
            caption=f"{whose}. Blocks are pictures, as thick as they have channels.",
            alt=f"Diagram of a network of {cnn.n_parameters_:,} parameters.",
        ),
        drawn(
            plot_feature_maps(
                cnn,
                context.X_test[0],
                layers=_layers_with_maps(cnn, context),
                n_columns=MAPS_PER_ROW,
            ),
            name=f"maps-{key}",
            caption=f"{whose} looks at a test picture of class {label}: what its "
            "convolutions, its pooling and its dropout put out.",
            alt="Blocks of small pictures, one per channel, for each layer.",
        ),
        drawn(
            plot_filters(cnn, n_columns=8),
            name=f"filters-{key}",
            caption=f"{whose}: the filters it has learnt for the pixels.",
            alt="Grid of windows with positive weights in red, negative ones in blue.",
        ),
    ]


def _layers_with_maps(cnn: CNNDigitClassifier, context: Context) -> list[str]:
    """Names of convolutions, pooling and dropout that leave more than single pixels."""
    return [
        name
        for name, maps in layer_outputs(cnn, context.X_test[:1]).items()
        if name.startswith(("conv", "pool", "dropout"))
        and math.prod(maps.shape[1:3]) > 1
    ]


def _mistakes(answers: NDArray[Any], context: Context) -> Picture:
    wrong = np.flatnonzero(answers != context.y_test)
    shown = wrong[:MOST_MISTAKES]
    titles = [f"{context.y_test[i]}→{answers[i]}" for i in shown]
    figure = new_figure(height=0.4 + 0.85 * -(-len(shown) // 5), layout="compressed")
    plot_digits(context.X_test[shown], n_columns=5, titles=titles, ax=figure.subplots())
    return Picture(
        name="mistakes",
        caption=f"{len(shown)} of the {len(wrong)} test pictures that our network "
        "reads wrong: the label, and what it reads.",
        alt=f"Digits with label and answer: {', '.join(titles)}.",
        figure=figure,
    )


def _table(cnns: dict[str, CNNDigitClassifier], hits: dict[str, NDArray[Any]]) -> Table:
    return Table(
        name="test",
        caption="Both networks on the test pictures",
        columns=[
            Column("network", "Network"),
            Column("n_parameters", "Parameters", "{:,}"),
            Column("epochs", "Epochs"),
            fraction("test_accuracy", "Test accuracy"),
            Column("n_mistakes", "Mistakes", "{:,}"),
        ],
        rows=[
            (name, cnn.n_parameters_, cnn.n_iter_, hit.mean(), (~hit).sum())
            for (name, cnn), hit in zip(cnns.items(), hits.values(), strict=True)
        ],
    )


def _method(cnns: dict[str, CNNDigitClassifier], context: Context) -> list[str]:
    lab, ours = cnns[LAB], cnns[OURS]
    return [
        "The lab's network has two convolutions with 32 and 64 filters of 3x3 weights, "
        "2x2 max-pooling, dropout of 20% and a dense layer of 64 units: "
        f"{lab.n_parameters_:,} parameters, trained for {lab.n_iter_} epochs. Ours "
        "pools after each of three convolutions (32, 64 and 128 filters), normalizes "
        "over the batch, and sees each picture shifted a little, anew in each epoch: "
        f"{ours.n_parameters_:,} parameters, {ours.n_iter_} epochs. Both learn from "
        f"{len(context.X_train):,} pictures.",
        "A convolution slides a window over the picture; each filter answers where it "
        "finds what it looks for. Max-pooling keeps the strongest answer of four "
        "neighbours. Dropout sets some answers to 0 while training, so that no unit "
        "can rely on a single one.",
    ]


def _conclusion(hits: dict[str, NDArray[Any]]) -> list[str]:
    lab, ours = hits[LAB], hits[OURS]
    n_lab, n_ours = int((lab & ~ours).sum()), int((ours & ~lab).sum())
    p = _mcnemar(n_lab, n_ours)
    verdict = (
        "more than chance explains" if p < 0.05 else "no more than chance explains"
    )
    return [
        f"The lab's network reads {percent(lab.mean(), 2)} of the {len(lab):,} test "
        f"pictures, ours {percent(ours.mean(), 2)}. {n_ours} pictures are read right "
        f"by ours only, {n_lab} by the lab's only: {verdict} (McNemar's test, "
        f"p = {p:.2g}).",
    ]


def _mcnemar(n_first: int, n_second: int) -> float:
    """Exact two-sided p of so many pictures that one reader alone reads right."""
    n = n_first + n_second
    tail = sum(math.comb(n, k) for k in range(min(n_first, n_second) + 1))
    return min(1.0, 2 * tail / 2**n)


EXPERIMENT = Experiment(
    name="convolution",
    title="Convolutions",
    description="two convolutional networks, their feature maps and filters",
    question="How much better does a network read that knows which pixels are "
    "neighbours, and what do its layers see?",
    run=run,
)
