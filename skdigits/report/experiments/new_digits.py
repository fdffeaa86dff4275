"""New digits: the lab's three ways to make them, and the one it did not get to."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits import DenoisingAutoencoder, DigitGenerator
from skdigits.generation import mix, salt, sample_latent_space, sharpen
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
from skdigits.report._figures import grid
from skdigits.report._generation_metrics import nearest, variety
from skdigits.report.experiments._trained import (
    LAB_NOISE,
    train_cnn,
    train_dense,
    train_plane,
)

N_NEW = 2000
SALT = 0.5  # standard deviations of the codes
WEIGHTS = tuple(np.linspace(1, 0, 9).tolist())
MOST_CLASSES = 10  # in one figure
DRAWN_PER_CLASS = 6
REAL = "real test pictures"
MIXED = "1. mix of two encodings"
SALTED = "2. salted encoding"
SHARPENED = "2. salted, sharpened once"
PLANE = "3. random code in a plane, sharpened twice"
GENERATOR = "4. label and random numbers"
# What the lab says of its own.
LAB = {
    MIXED: "good within a digit",
    SHARPENED: "unreliable",
    PLANE: "classes overlap",
    GENERATOR: "idea only",
}

Array = NDArray[Any]
# By method: pictures (n, height, width), and the labels they are meant to show.
Digits = dict[str, tuple[Array, Array]]
# Of each method: name, share read as intended, variety, nearest training picture.
Row = tuple[str, float, float, float]


def run(context: Context) -> Result:
    """Make digits in all ways, draw some, and have them read."""
    dense, plane = context.once(train_dense), context.once(train_plane)
    generator = _train_generator(context)
    context.announce("making new digits")
    digits = {
        REAL: (context.X_test[:N_NEW], context.y_test[:N_NEW]),
        **_from_encodings(dense, context),
        PLANE: _from_plane(plane, context),
        GENERATOR: _drawn(generator, _wanted(context), context),
    }
    context.announce("reading and measuring the new digits")
    rows = [_measured(name, *new, context) for name, new in digits.items()]
    return Result(
        method=_method(generator),
        conclusion=_conclusion(rows),
        pictures=[
            _methods_picture(digits),
            _generator_picture(generator, context),
            _weights_picture(dense, context),
        ],
        tables=[_table(rows, context)],
        key_figures=[
            KeyFigure(
                f"New digits read as intended, {name}",
                percent(read),
                context.lab(LAB[name]),
            )
            for name, read, *_ in rows
            if name in LAB
        ],
    )


def _train_generator(context: Context) -> DigitGenerator:
    generator = DigitGenerator(
        context.choose(small=(128,), large=(512, 256), quick=(128,)),
        latent_size=context.choose(small=16, large=32, quick=16),
        beta=context.choose(small=0.03, large=0.1, quick=0.03),
        n_components=context.choose(small=3, large=10, quick=3),
        epochs=context.choose(small=60, large=15, quick=30),
        batch_size=context.choose(small=32, large=128, quick=32),
    )
    return context.fit("the generator", generator, context.X_train, context.y_train)


def _some_real(context: Context) -> tuple[Array, Array]:
    """Training pictures to start from."""
    rng = np.random.default_rng(context.seed)
    n = min(N_NEW, len(context.X_train))
    chosen = rng.choice(len(context.X_train), n, replace=False)
    return context.X_train[chosen], context.y_train[chosen]


def _wanted(context: Context) -> Array:
    """Labels for the generator: each as often as any other."""
    return np.resize(np.unique(context.y_train), N_NEW)


def _from_encodings(dense: DenoisingAutoencoder, context: Context) -> Digits:
    """Change the encodings of real training pictures."""
    X, y = _some_real(context)
    mixed = mix(dense, X, y, random_state=context.seed)
    salted = salt(dense, X, scale=SALT, random_state=context.seed)
    return {
        MIXED: (_as_stack(mixed, context), y),
        SALTED: (_as_stack(salted, context), y),
        SHARPENED: (_as_stack(sharpen(dense, salted), context), y),
    }


def _from_plane(plane: DenoisingAutoencoder, context: Context) -> tuple[Array, Array]:
    X, y = sample_latent_space(
        plane, context.X_train, context.y_train, N_NEW, random_state=context.seed
    )
    return _as_stack(sharpen(plane, X, n_passes=2), context), y


def _drawn(
    generator: DigitGenerator, labels: Array, context: Context
) -> tuple[Array, Array]:
    X, y = generator.sample(y=labels)
    return _as_stack(X, context), y


def _as_stack(X: Array, context: Context) -> Array:
    return X.reshape(-1, *context.X_train.shape[1:])


def _measured(name: str, X: Array, y: Array, context: Context) -> Row:
    """Share read as intended, variety, and distance to the nearest training picture."""
    rows, train, test = (
        pictures.reshape(len(pictures), -1)
        for pictures in (X, context.X_train, context.X_test)
    )
    return (
        name,
        float(context.once(train_cnn).score(X, y)),
        variety((rows, y), (test, context.y_test), context.seed),
        float(np.median(nearest(rows, train)) / context.once(_nearest_of_real)),
    )


def _nearest_of_real(context: Context) -> float:
    """Median distance from a real test picture to the nearest training picture."""
    X, others = (
        pictures.reshape(len(pictures), -1)
        for pictures in (context.X_test[:N_NEW], context.X_train)
    )
    return float(np.median(nearest(X, others)))


def _weights_picture(dense: DenoisingAutoencoder, context: Context) -> Picture:
    """Go from one training picture to another by mixing their encodings."""
    labels = np.unique(context.y_train)
    label, other = labels[len(labels) // 2 - 1 :][:2]
    same = np.flatnonzero(context.y_train == label)
    first, third = same[0], np.flatnonzero(context.y_train == other)[0]
    # As different as they come.
    X = context.X_train[same]
    second = same[((X - X[0]) ** 2).sum(axis=(1, 2)).argmax()]
    return grid(
        [_mixes(dense, context.X_train[[first, i]]) for i in (second, third)],
        [f"{label} to {label}", f"{label} to {other}"],
        name="weights",
        caption="Weighted mixes of the encodings of two training pictures, from all of "
        "the first on the left to all of the second on the right: within a class, and "
        "from one class to another.",
        alt="Two rows of digits that change little by little from left to right.",
    )


def _mixes(dense: DenoisingAutoencoder, pair: Array) -> Array:
    """Mix two pictures with all weights; both count as of one class."""
    mixes = [mix(dense, pair, [0, 0], weight=weight)[:1] for weight in WEIGHTS]
    return np.concatenate(mixes).reshape(-1, *pair.shape[1:])


def _methods_picture(digits: Digits) -> Picture:
    """Draw a picture of each class by each method."""
    labels = sorted(set.intersection(*(set(y.tolist()) for _, y in digits.values())))
    shown = labels[:MOST_CLASSES]
    return grid(
        [
            # In the order in which they were drawn: nobody can ask for a class.
            X[: len(shown)]
            if name == PLANE
            else X[[np.flatnonzero(y == label)[0] for label in shown]]
            for name, (X, y) in digits.items()
        ],
        ["real", "mixed", "salted", "sharpened", "plane", "by label"],
        name="methods",
        caption="New digits by each method, one of each class. Codes in the plane are "
        "drawn blindly, so that row shows any.",
        alt="A row of real digits, and below it a row of new ones by each method.",
    )


def _generator_picture(generator: DigitGenerator, context: Context) -> Picture:
    labels = np.unique(context.y_train)[:MOST_CLASSES]
    X, _ = _drawn(generator, np.tile(labels, DRAWN_PER_CLASS), context)
    return grid(
        np.split(X, DRAWN_PER_CLASS),
        [""] * DRAWN_PER_CLASS,
        name="by-label",
        caption="What the generator draws: a column for each label, other random "
        "numbers for each picture.",
        alt=f"{DRAWN_PER_CLASS} drawn digits for each of the labels "
        f"{', '.join(map(str, labels))}.",
    )


def _table(rows: list[Row], context: Context) -> Table:
    columns = [
        Column("method", "Method"),
        fraction("read_as_intended", "Read as intended"),
        Column("variety", "Variety", "{:.2f}"),
        Column("nearest_training_picture", "Nearest training picture", "{:.2f}"),
    ]
    if context.pictures.is_mnist:
        columns.append(Column("lab", "The lab's words"))
    return Table(
        name="methods",
        caption=f"{N_NEW:,} new digits by each method; real ones vary by 1 and have "
        "their nearest training picture at 1",
        columns=columns,
        rows=[(*row, LAB.get(row[0]))[: len(columns)] for row in rows],
    )


def _method(generator: DigitGenerator) -> list[str]:
    return [
        "The lab made new digits in three ways from autoencoders that know no labels. "
        "(1) The encodings of two training pictures of a class are mixed, half of "
        f"each. (2) Random numbers, {SALT:g} standard deviations large, are added to "
        "the encoding of a training picture, and the result is sharpened by a second "
        "pass through the network. Both use its dense autoencoder, trained against "
        f"{LAB_NOISE:.0%} noise. (3) A code drawn blindly in the plane of two numbers "
        "is decoded and sharpened twice; its label is that of the training picture "
        "with the nearest code. (4) was an idea only: a network with a label and "
        "random numbers for input and a picture for output. Here it is the decoder of "
        "an autoencoder whose halves both are told the label "
        f"({generator.n_parameters_:,} parameters, {generator.n_iter_} epochs); the "
        "random numbers come from Gaussian mixtures, one per class, fitted to the "
        "codes of the training pictures.",
        "The pictures are read by our convolutional network, which learnt from real "
        "training pictures only. Variety is the mean distance between two pictures of "
        "a class, as a multiple of that between two real test pictures. The distance "
        "to the nearest training picture (median) is a multiple of that of real test "
        "pictures, too: close to 0 it would betray copies.",
    ]


def _conclusion(rows: list[Row]) -> list[str]:
    read, variety, distance = (
        dict(zip([row[0] for row in rows], column, strict=True))
        for column in list(zip(*rows, strict=True))[1:]
    )
    change = read[SHARPENED] - read[SALTED]
    return [
        f"Read as intended are {percent(read[MIXED])} of the mixes, "
        f"{percent(read[SALTED])} of the salted digits and "
        f"{percent(read[SHARPENED])} of the same after a second pass "
        f"({100 * change:+.1f} percentage points), {percent(read[PLANE])} of those "
        f"from the plane, and {percent(read[GENERATOR])} of those drawn by label; of "
        f"real test pictures {percent(read[REAL])}.",
        f"Digits drawn by label vary {variety[GENERATOR]:.2f} times as much as real "
        f"ones, mixes {variety[MIXED]:.2f} times: a mean is closer to the middle than "
        "what it is the mean of. The nearest training picture is "
        f"{distance[GENERATOR]:.2f} times as far from a digit drawn by label as from "
        "a real test picture.",
        "Only the last method can be asked for a certain digit without being shown "
        "one.",
    ]


EXPERIMENT = Experiment(
    name="new-digits",
    title="New digits",
    description="digits that nobody wrote, by four methods, read and measured",
    question="Can the networks draw digits that nobody wrote, and do these show what "
    "they are meant to show?",
    run=run,
)
