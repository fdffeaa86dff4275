"""How the models that come with the package are trained."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.ensemble import VotingClassifier
from sklearn.pipeline import make_pipeline

from skdigits import (
    CNNDigitClassifier,
    DenoisingAutoencoder,
    DigitGenerator,
    RejectingClassifier,
)
from skdigits._base import KerasEstimator
from skdigits._base._training_length import auto_batch_size, auto_epochs
from skdigits.preprocessing import DigitNormalizer
from skdigits.pretrained import load_classifier
from skdigits.pretrained._drawn_digits import (
    draw_four,
    draw_nine,
    draw_one,
    draw_seven,
)
from skdigits.pretrained._non_digits import make_non_digits
from skdigits.pretrained._printed import FONTS, print_character
from skdigits.pretrained._shapes import Grey
from skdigits.pretrained._variations import (
    cross_sevens,
    finish,
    slash_zeros,
    vary,
)

Images = NDArray[np.uint8]
Labels = NDArray[np.int64]
Indices = NDArray[np.intp]

NOT_A_DIGIT = -1
# Networks with other initial weights err differently: the mean of their probabilities
# is more accurate on other people's digits, and lower on other things, than one.
N_NETWORKS = 3
EPOCHS = 14
# Fraction of the images that calibrates the probabilities and measures the accuracy.
HELD_OUT = 1 / 12
_N_SAMPLES = 2000


class Trained(NamedTuple):
    """A model, and how well it does on images that it was not trained on."""

    model: BaseEstimator
    metric: str
    score: float
    n_images: int


def train_classifier(
    images: Images,
    labels: Labels,
    *,
    seed: int = 0,
    epochs: int | None = None,
    verbose: int = 0,
) -> Trained:
    """Train a classifier for other people's digits from images in MNIST's format.

    Parameters
    ----------
    images : ndarray of shape (n_samples, 28, 28), uint8
        Digits in MNIST's format.
    labels : ndarray of shape (n_samples,), int
        Their labels, 0 to 9.
    seed : int
        Seed of everything that is random.
    epochs : int or None
        Passes over the extended training set. None means `EPOCHS`, or as many as make
        1,000 gradient steps if there are few images.
    verbose : int
        Whether to show progress.
    """
    rng = np.random.default_rng(seed)
    used, held_out = _split(len(images), rng)
    X, y = extend(images[used], labels[used], rng)
    epochs, batch_size = _training_length(len(X), epochs, EPOCHS, 64)
    cnn = CNNDigitClassifier(
        ((32,), (48, 48), (96, 96)),
        kernel_size=3,
        padding="same",
        hidden_layer_sizes=(),
        dropout=0.3,
        label_smoothing=0.0,
        augmentation={"shift": 0.07, "rotation": 6, "zoom": 0.06, "elastic": 0.015},
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=2e-3,
        verbose=verbose,
    )
    networks = [
        (f"network_{number}", clone(cnn).set_params(random_state=seed + number))
        for number in range(N_NETWORKS)
    ]
    vote = VotingClassifier(networks, voting="soft")
    classifier = RejectingClassifier(vote, reject_label=NOT_A_DIGIT).fit(X, y)
    # Other things are common among the training images, and need not be elsewhere.
    encoded = classifier.estimator_.le_.transform(labels[held_out])
    for network in classifier.estimator_.estimators_:
        network.calibrate(images[held_out], encoded)
        _round_weights(network)
    accuracy = classifier.score(images[held_out], labels[held_out])
    # The normalizer has nothing to fit.
    model = make_pipeline(DigitNormalizer(), classifier)
    return Trained(model, "accuracy", accuracy, len(held_out))


def train_denoiser(
    images: Images,
    labels: Labels,
    *,
    seed: int = 0,
    epochs: int | None = None,
    verbose: int = 0,
) -> Trained:
    """Train a U-Net against salt-and-pepper noise, as `train_classifier` does."""
    epochs, batch_size = _training_length(len(images), epochs, 10, 64)
    denoiser = DenoisingAutoencoder(
        epochs=epochs,
        batch_size=batch_size,
        random_state=seed,
        verbose=verbose,
    )
    return _train_denoiser(denoiser, images, labels, seed)


def train_dense_denoiser(
    images: Images,
    labels: Labels,
    *,
    seed: int = 0,
    epochs: int | None = None,
    verbose: int = 0,
) -> Trained:
    """Train a dense autoencoder, such as the lab's, as `train_denoiser` does."""
    epochs, batch_size = _training_length(len(images), epochs, 30, 64)
    denoiser = DenoisingAutoencoder(
        "dense",
        epochs=epochs,
        batch_size=batch_size,
        random_state=seed,
        verbose=verbose,
    )
    return _train_denoiser(denoiser, images, labels, seed)


def _training_length(
    n_images: int, epochs: int | None, fewest: int, largest_batch: int
) -> tuple[int, int]:
    """Return epochs and batch size: `fewest` and `largest_batch` for many images."""
    batch_size = auto_batch_size(n_images, largest_batch)
    if epochs is None:
        epochs = auto_epochs(n_images, batch_size, fewest)
    return epochs, batch_size


def _train_denoiser(
    denoiser: DenoisingAutoencoder, images: Images, labels: Labels, seed: int
) -> Trained:
    used, held_out = _split(len(images), np.random.default_rng(seed))
    _round_weights(denoiser.fit(images[used]))
    score = denoiser.score(images[held_out], labels[held_out])
    return Trained(denoiser, "PSNR in dB", score, len(held_out))


def train_generator(
    images: Images,
    labels: Labels,
    *,
    seed: int = 0,
    epochs: int | None = None,
    verbose: int = 0,
) -> Trained:
    """Train a generator of digits, as `train_classifier` does.

    Its score is the fraction of new digits that the package's classifier reads as they
    were meant.
    """
    epochs, batch_size = _training_length(len(images), epochs, 15, 128)
    # Half the default sizes, for a small file.
    generator = DigitGenerator(
        (256, 128),
        latent_size=16,
        epochs=epochs,
        batch_size=batch_size,
        random_state=seed,
        verbose=verbose,
    )
    _round_weights(generator.fit(images, labels))
    X, y = generator.sample(_N_SAMPLES)
    score = load_classifier().score(X, y)
    # New digits in each call of `sample`.
    generator.set_params(random_state=None)
    return Trained(generator, "fraction read as meant", score, len(X))


def _round_weights(network: KerasEstimator) -> None:
    """Round weights to half precision, which halves the file of a model."""
    network.weights_ = [
        weight.astype(np.float16).astype(np.float32) for weight in network.weights_
    ]


def _split(n: int, rng: np.random.Generator) -> tuple[Indices, Indices]:
    """Return the indices of the images to train on, and of those held out."""
    order = rng.permutation(n)
    n_held_out = max(1, round(HELD_OUT * n))
    return order[n_held_out:], order[:n_held_out]


def extend(
    images: Images, labels: Labels, rng: np.random.Generator
) -> tuple[Images, Labels]:
    """Add variations, drawn and printed digits, and images of other things."""
    n = len(images)
    sevens, zeros = images[labels == 7][: n // 15], images[labels == 0][: n // 50]
    printed = np.arange(n // 6) % 10
    parts = [
        (images, labels),
        (vary(images, rng), labels),
        (cross_sevens(sevens, rng), np.full(len(sevens), 7)),
        (slash_zeros(zeros, rng), np.full(len(zeros), 0)),
        (_draw(draw_one, n // 12, rng), np.full(n // 12, 1)),
        (_draw(draw_four, n // 12, rng), np.full(n // 12, 4)),
        (_draw(draw_seven, n // 20, rng), np.full(n // 20, 7)),
        (_draw(draw_nine, n // 16, rng), np.full(n // 16, 9)),
        (np.stack([_print(int(digit), rng) for digit in printed]), printed),
        (make_non_digits(images, labels, n // 2, rng), np.full(n // 2, NOT_A_DIGIT)),
    ]
    X, y = zip(*parts, strict=True)
    return np.concatenate(X), np.concatenate(y)


def _draw(
    draw: Callable[[np.random.Generator], Grey], n: int, rng: np.random.Generator
) -> Images:
    return np.stack([finish(draw(rng), rng) for _ in range(n)])


def _print(digit: int, rng: np.random.Generator) -> Images:
    shape = print_character(str(digit), str(rng.choice(FONTS)), rng)
    return finish(shape, rng)
