"""New digits by four methods: three of the lab, and a generator by label."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits import DenoisingAutoencoder, DigitGenerator
from skdigits.generation import (
    interpolate_latent,
    perturb_latent,
    sample_latent_space,
    sharpen,
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
from skdigits.report._figures import digit_grid
from skdigits.report._generation_metrics import nearest_distances, variety
from skdigits.report.experiments._shared_networks import (
    LAB_NOISE,
    train_cnn,
    train_dense,
    train_generator,
    train_plane,
)

NOISE_SCALE = 0.5  # in standard deviations of the latent vectors
WEIGHTS = tuple(np.linspace(1, 0, 9).tolist())
MAX_CLASSES = 10  # in one figure
SHOWN_PER_CLASS = 6
REAL = "real test images"
INTERPOLATED = "1. interpolated latent vectors"
PERTURBED = "2. perturbed latent vectors"
SHARPENED = "2. perturbed, sharpened once"
PLANE = "3. random vectors in a plane, sharpened twice"
GENERATOR = "4. label and random numbers"
# Results as described by the lab.
LAB = {
    INTERPOLATED: "good within a digit",
    SHARPENED: "unreliable",
    PLANE: "classes overlap",
    GENERATOR: "idea only",
}

Array = NDArray[Any]
# By method: images (n, height, width), and their intended labels.
Digits = dict[str, tuple[Array, Array]]
# Name of the method, share classified as intended, variety, nearest training image.
Row = tuple[str, float, float, float]


def run(context: Context) -> Result:
    """Generate digits by all methods, plot some, and evaluate them."""
    dense, plane = context.compute_once(train_dense), context.compute_once(train_plane)
    generator = context.compute_once(train_generator)
    context.start_step("generating new digits")
    digits = {
        REAL: (context.X_test[: _n_new(context)], context.y_test[: _n_new(context)]),
        **_modify_latent(dense, context),
        PLANE: _sample_plane(plane, context),
        GENERATOR: _sample_labels(generator, _requested_labels(context), context),
    }
    context.start_step("evaluating the new digits")
    rows = [_evaluate(name, *new, context) for name, new in digits.items()]
    return Result(
        method=_method(generator),
        conclusion=_conclusion(rows),
        plots=[
            _methods_plot(digits),
            _generator_plot(generator, context),
            _interpolation_plot(dense, context),
        ],
        tables=[_table(rows, context)],
        key_figures=[
            KeyFigure(
                f"New digits classified as intended, {name}",
                percent(intended),
                LAB[name],
            )
            for name, intended, *_ in rows
            if name in LAB
        ],
    )


def _n_new(context: Context) -> int:
    """Return the number of new digits by each method."""
    return context.choose(small=2000, large=2000, quick=200)


def _choose_training_images(context: Context) -> tuple[Array, Array]:
    """Return random training images and their labels."""
    rng = np.random.default_rng(context.seed)
    n = min(_n_new(context), len(context.X_train))
    chosen = rng.choice(len(context.X_train), n, replace=False)
    return context.X_train[chosen], context.y_train[chosen]


def _requested_labels(context: Context) -> Array:
    """Return labels for the generator, all equally often."""
    return np.resize(np.unique(context.y_train), _n_new(context))


def _modify_latent(dense: DenoisingAutoencoder, context: Context) -> Digits:
    """Interpolate and perturb the latent vectors of training images."""
    X, y = _choose_training_images(context)
    interpolated = interpolate_latent(dense, X, y, random_state=context.seed)
    perturbed = perturb_latent(dense, X, scale=NOISE_SCALE, random_state=context.seed)
    return {
        INTERPOLATED: (_as_stack(interpolated, context), y),
        PERTURBED: (_as_stack(perturbed, context), y),
        SHARPENED: (_as_stack(sharpen(dense, perturbed), context), y),
    }


def _sample_plane(plane: DenoisingAutoencoder, context: Context) -> tuple[Array, Array]:
    X, y = sample_latent_space(
        plane,
        context.X_train,
        context.y_train,
        _n_new(context),
        random_state=context.seed,
    )
    return _as_stack(sharpen(plane, X, n_passes=2), context), y


def _sample_labels(
    generator: DigitGenerator, labels: Array, context: Context
) -> tuple[Array, Array]:
    X, y = generator.sample(y=labels)
    return _as_stack(X, context), y


def _as_stack(X: Array, context: Context) -> Array:
    return X.reshape(-1, *context.X_train.shape[1:])


def _evaluate(name: str, X: Array, y: Array, context: Context) -> Row:
    """Return the metrics of one method."""
    new, train, test = (
        images.reshape(len(images), -1)
        for images in (X, context.X_train, context.X_test)
    )
    return (
        name,
        float(context.compute_once(train_cnn).score(X, y)),
        variety((new, y), (test, context.y_test), context.seed),
        float(
            np.median(nearest_distances(new, train))
            / context.compute_once(_nearest_real_distance)
        ),
    )


def _nearest_real_distance(context: Context) -> float:
    """Return the median distance of real test images to the nearest training image."""
    X, others = (
        images.reshape(len(images), -1)
        for images in (context.X_test[: _n_new(context)], context.X_train)
    )
    return float(np.median(nearest_distances(X, others)))


def _interpolation_plot(dense: DenoisingAutoencoder, context: Context) -> Plot:
    """Plot interpolations between the latent vectors of two training images."""
    labels = np.unique(context.y_train)
    label, other = labels[len(labels) // 2 - 1 :][:2]
    same = np.flatnonzero(context.y_train == label)
    first, third = same[0], np.flatnonzero(context.y_train == other)[0]
    # The image of this class that differs most from the first.
    X = context.X_train[same]
    second = same[((X - X[0]) ** 2).sum(axis=(1, 2)).argmax()]
    return digit_grid(
        [
            _interpolate_pair(dense, context.X_train[[first, i]])
            for i in (second, third)
        ],
        [f"{label} to {label}", f"{label} to {other}"],
        name="weights",
        caption="Interpolations between the latent vectors of two training images, "
        "from the first image on the left to the second on the right: within a class, "
        "and between two classes.",
        alt="Two rows of digits that change gradually from left to right.",
    )


def _interpolate_pair(dense: DenoisingAutoencoder, pair: Array) -> Array:
    """Interpolate between two images with all weights."""
    # Equal labels, because only images of one class are paired.
    steps = [
        interpolate_latent(dense, pair, [0, 0], weight=weight)[:1] for weight in WEIGHTS
    ]
    return np.concatenate(steps).reshape(-1, *pair.shape[1:])


def _methods_plot(digits: Digits) -> Plot:
    """Plot an image of each class by each method."""
    labels = sorted(set.intersection(*(set(y.tolist()) for _, y in digits.values())))
    shown = labels[:MAX_CLASSES]
    return digit_grid(
        [
            # The class cannot be chosen, so these are in the order of sampling.
            X[: len(shown)]
            if name == PLANE
            else X[[np.flatnonzero(y == label)[0] for label in shown]]
            for name, (X, y) in digits.items()
        ],
        ["real", "interpolated", "perturbed", "sharpened", "plane", "by label"],
        name="methods",
        caption="New digits by each method, one of each class. Latent vectors in the "
        "plane are sampled without labels, so that row shows arbitrary classes.",
        alt="A row of real digits, and below it a row of new ones by each method.",
    )


def _generator_plot(generator: DigitGenerator, context: Context) -> Plot:
    labels = np.unique(context.y_train)[:MAX_CLASSES]
    X, _ = _sample_labels(generator, np.tile(labels, SHOWN_PER_CLASS), context)
    return digit_grid(
        np.split(X, SHOWN_PER_CLASS),
        [""] * SHOWN_PER_CLASS,
        name="by-label",
        caption="Samples of the generator: one column per label, different random "
        "numbers for each image.",
        alt=f"{SHOWN_PER_CLASS} generated digits for each of the labels "
        f"{', '.join(map(str, labels))}.",
    )


def _table(rows: list[Row], context: Context) -> Table:
    columns = [
        Column("method", "Method"),
        fraction("read_as_intended", "Classified as intended"),
        Column("variety", "Variety", "{:.2f}"),
        Column("nearest_training_picture", "Nearest training image", "{:.2f}"),
    ]
    if context.dataset.is_mnist:
        columns.append(Column("lab", "The lab"))
    return Table(
        name="methods",
        caption=f"{_n_new(context):,} new digits by each method; variety and distance "
        "to the nearest training image are 1 for real images",
        columns=columns,
        rows=[(*row, LAB.get(row[0]))[: len(columns)] for row in rows],
    )


def _method(generator: DigitGenerator) -> list[str]:
    return [
        "The lab generated new digits in three ways from autoencoders that are trained "
        "without labels. (1) Interpolation: the mean of the latent vectors of two "
        "training images of a class is decoded. (2) Perturbation: normal noise of "
        f"{NOISE_SCALE:g} standard deviations is added to the latent vector of a "
        "training image, and the decoded image is sharpened by a second pass through "
        "the network. Both use the dense autoencoder of the lab, trained with "
        f"{LAB_NOISE:.0%} noise. (3) A latent vector is sampled uniformly in a latent "
        "space of two dimensions, decoded, and sharpened twice; its label is that of "
        "the training image with the nearest latent vector. (4) was only an idea of "
        "the lab: a network whose inputs are a label and random numbers and whose "
        "output is an image. Here it is the decoder of an autoencoder whose encoder "
        "and decoder have the label as an input "
        f"({generator.n_parameters_:,} parameters, {generator.n_iter_} epochs); the "
        "random numbers are sampled from Gaussian mixtures, one per class, fitted to "
        "the latent vectors of the training images.",
        "The new images are classified by our convolutional network, trained on real "
        "training images only. Variety is the mean distance between two images of a "
        "class, as a multiple of that between two real test images. The distance to "
        "the nearest training image (median) is a multiple of that of real test "
        "images; values close to 0 indicate copies.",
    ]


def _conclusion(rows: list[Row]) -> list[str]:
    intended, variety, distance = (
        dict(zip([row[0] for row in rows], column, strict=True))
        for column in list(zip(*rows, strict=True))[1:]
    )
    change = intended[SHARPENED] - intended[PERTURBED]
    return [
        f"{percent(intended[INTERPOLATED])} of the interpolated digits are classified "
        f"as intended, {percent(intended[PERTURBED])} of the perturbed digits "
        f"and {percent(intended[SHARPENED])} of the same after a second pass "
        f"({100 * change:+.1f} percentage points), {percent(intended[PLANE])} of those "
        f"from the plane, and {percent(intended[GENERATOR])} of those generated by "
        f"label. For real test images it is {percent(intended[REAL])}.",
        f"The variety of digits generated by label is {variety[GENERATOR]:.2f} times "
        f"that of real digits, the variety of interpolated digits "
        f"{variety[INTERPOLATED]:.2f} times: a mean is closer to the center than the "
        "images it is computed from. The nearest training image is "
        f"{distance[GENERATOR]:.2f} times as far from a digit generated by label as "
        "from a real test image.",
        "Only the last method can generate a requested digit without an image of it.",
    ]


EXPERIMENT = Experiment(
    name="new-digits",
    title="New digits",
    description="generated digits by four methods, classified and measured",
    question="Can the networks generate new digits, and do these show the intended "
    "labels?",
    run=run,
)
