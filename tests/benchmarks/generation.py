"""New digits by all methods, from MNIST's training pictures, over three seeds.

Of 10,000 new pictures by each method, the table says

- how many an independent convolutional network, trained on the 60,000 real training
  pictures, reads as the digit intended;
- how well a convolutional network that was trained on nothing else reads the 10,000
  real test pictures;
- variety: the mean distance between two pictures of a class, as a multiple of that
  between two real test pictures, in pixels and in what the last layer of the
  independent network sees;
- nearest: the distance to the nearest training picture, as a multiple of the same for
  the real test pictures, at the first percentile of both and at the median;
- nearer to training: how many are nearer to one of 10,000 training pictures than to any
  of the 10,000 test pictures, which were equally many to choose from. Half would be
  expected without copies (Meehan, Chaudhuri and Dasgupta 2020, "A non-parametric test
  to detect data-copying in generative models", arXiv:2004.05675).

All settings were chosen on a held-out part of the training pictures. Scores already in
docs/benchmarks/generation.json are not measured again: delete it to start over.

Run ``python tests/benchmarks/generation.py`` (about half an hour on two cores;
with ``--seeds 1`` ten minutes).
"""

import argparse

import numpy as np
from _scores import Scores, cache, fitted, mean_and_deviation, mnist_uint8
from sklearn.base import clone
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from skdigits import CNNDigitClassifier, DenoisingAutoencoder, DigitGenerator
from skdigits.generation import mix, salt, sample_latent_space, sharpen
from skdigits.inspection import layer_outputs
from skdigits.report._generation_metrics import nearest, variety

SEEDS = range(3)
PARTS = "test", "train"
N_PICTURES = 10_000
COMPONENTS = 10
# Networks that know no labels; the first is the lab's, but for the noise.
HOURGLASS = DenoisingAutoencoder("dense", noise_amount=0.0, epochs=20)
PLANE = DenoisingAutoencoder(
    "dense",
    noise_amount=0.0,
    hidden_layer_sizes=(256, 64),
    latent_size=2,
    epochs=20,
    batch_size=128,
    learning_rate=1e-3,
    learning_rate_schedule="constant",
)


def some_real(seed):
    """Training pictures to start from, and their labels."""
    X, y = mnist_uint8()
    chosen = np.random.default_rng(seed).choice(len(X), N_PICTURES, replace=False)
    return X[chosen] / np.float32(255), y[chosen]


def trained(estimator, seed):
    return fitted(clone(estimator).set_params(random_state=seed))[0]


def mixed(seed):
    X, y = some_real(seed)
    return mix(trained(HOURGLASS, seed), X, y, random_state=seed), y


def salted(seed, n_passes):
    X, y = some_real(seed)
    autoencoder = trained(HOURGLASS, seed)
    return sharpen(
        autoencoder, salt(autoencoder, X, random_state=seed), n_passes=n_passes
    ), y


def from_plane(seed):
    autoencoder = trained(PLANE, seed)
    X, y = sample_latent_space(
        autoencoder, *some_real(seed), N_PICTURES, random_state=seed
    )
    return sharpen(autoencoder, X, n_passes=2), y


def from_mixtures(seed):
    """Per class, a mixture of the encodings of an autoencoder that knows no labels."""
    autoencoder = trained(HOURGLASS, seed)
    X, y = mnist_uint8()
    labels, counts = np.unique(some_real(seed)[1], return_counts=True)
    with threadpool_limits(1):  # threads would wait for each other
        codes = [
            GaussianMixture(COMPONENTS, reg_covar=1e-3, random_state=seed)
            .fit(autoencoder.encode(X[y == label]).astype(float))
            .sample(count)[0]
            for label, count in zip(labels, counts, strict=True)
        ]
    return autoencoder.decode(np.concatenate(codes)), np.repeat(labels, counts)


METHODS = {
    "real training pictures": some_real,
    "1. mixed encodings of a class": mixed,
    "2. salted encodings": lambda seed: salted(seed, 0),
    "2. salted encodings, sharpened once": lambda seed: salted(seed, 1),
    "3. random codes in a plane, sharpened twice": from_plane,
    "Gaussian mixtures of encodings": from_mixtures,
    "4. DigitGenerator": lambda seed: trained(DigitGenerator(), seed).sample(
        N_PICTURES
    ),
}


def measured(make, seed):
    """Make pictures by one method and measure them."""
    X, y = make(seed)
    X_test, y_test = mnist_uint8("test")
    X_test = X_test / np.float32(255)
    reader = trained(CNNDigitClassifier(), seed)
    pupil = CNNDigitClassifier(random_state=seed).fit(X, y)
    return {
        "read": float(reader.score(X, y)),
        "teach": float(pupil.score(X_test, y_test)),
        "variety_pixels": variety((X, y), (X_test, y_test), seed),
        "variety_features": variety(
            (features(reader, X), y), (features(reader, X_test), y_test), seed
        ),
        **novelty(X, X_test, seed),
    }


def features(reader, X):
    """What the network's last layer sees."""
    return layer_outputs(reader, X, ["flatten"])["flatten"]


def novelty(X, X_test, seed):
    """How near the new pictures come to training pictures."""
    X_train = mnist_uint8()[0] / np.float32(255)
    new, real = nearest(X, X_train), nearest_of_real()
    chosen = np.random.default_rng(seed + 100).choice(len(X_train), len(X_test), False)
    nearer = nearest(X, X_train[chosen]) < nearest(X, X_test)
    return {
        "nearest_1st_percentile": float(np.percentile(new, 1) / np.percentile(real, 1)),
        "nearest_median": float(np.median(new) / np.median(real)),
        "nearer_to_training": float(nearer.mean()),
    }


@cache.cache
def nearest_of_real():
    """Distances of the real test pictures."""
    X_test, X_train = (mnist_uint8(part)[0] / np.float32(255) for part in PARTS)
    return nearest(X_test, X_train)


COLUMNS = {
    "read as intended (%)": ("read", 100, 2),
    "teaches (%)": ("teach", 100, 2),
    "variety, pixels": ("variety_pixels", 1, 2),
    "variety, features": ("variety_features", 1, 2),
    "nearest, 1st percentile": ("nearest_1st_percentile", 1, 2),
    "nearest, median": ("nearest_median", 1, 2),
    "nearer to training (%)": ("nearer_to_training", 100, 1),
}
AIMS = ("aim (method 4)", "97", "95", "0.8", "", "1", "", "50")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="measure rows that start so")
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="of each row (3)")
    options = parser.parse_args()
    scores = Scores("generation")
    for name, make in METHODS.items():
        if name.startswith(options.only):
            for seed in range(options.seeds):
                scores.measure(name, seed, lambda m=make, s=seed: measured(m, s))
    # Also what other runs have measured.
    found = {name: list(scores.known(name).values()) for name in METHODS}
    lines = [
        (name, *(cell(seeds, *column) for column in COLUMNS.values()), str(len(seeds)))
        for name, seeds in found.items()
        if seeds
    ]
    scores.report(("method", *COLUMNS, "seeds"), [*lines, (*AIMS, "")])


def cell(seeds, key, factor, digits):
    """Mean and standard deviation, if there is one."""
    values = [seed[key] * factor for seed in seeds]
    if len(values) == 1:
        return f"{values[0]:.{digits}f}"
    return mean_and_deviation(values, digits)


if __name__ == "__main__":
    main()
