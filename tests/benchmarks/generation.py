"""Metrics of new digits by all methods, from MNIST's training images, over three seeds.

Each method generates 10,000 images. The columns of the table are

- read as intended: the share that is classified as the intended label by an independent
  convolutional network, which is trained on the 60,000 real training images;
- teaches: the accuracy on the 10,000 real test images of a convolutional network that
  is trained on the new images only;
- variety: the mean distance between two images of a class, as a multiple of that
  between two real test images, in pixels and in the features that are the input of the
  last layer of the independent network;
- nearest: the distance to the nearest training image, as a multiple of that of the real
  test images, at the first percentile of both and at the median;
- nearer to training: the share of images that are nearer to one of 10,000 training
  images than to any of the 10,000 test images. Without copies, half is expected
  (Meehan, Chaudhuri and Dasgupta 2020, "A non-parametric test to detect data-copying in
  generative models", arXiv:2004.05675).

All settings were chosen on a held-out part of the training images. Scores that are
already in docs/benchmarks/generation.json are not measured again: delete the file to
start over.

Run ``python tests/benchmarks/generation.py`` (about half an hour on two cores;
with ``--seeds 1`` ten minutes).
"""

import argparse

import numpy as np
from _recipes import THREE_CONVOLUTIONS
from _scores import Scores, cache, fit_cached, mean_and_deviation, mnist_uint8
from sklearn.base import clone
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from skdigits import CNNDigitClassifier, DenoisingAutoencoder, DigitGenerator
from skdigits.generation import (
    interpolate_latent,
    perturb_latent,
    sample_latent_space,
    sharpen,
)
from skdigits.inspection import layer_outputs
from skdigits.report._generation_metrics import nearest_distances, variety

SEEDS = range(3)
PARTS = "test", "train"
N_IMAGES = 10_000
COMPONENTS = 10
# Networks trained without labels; the first is that of the lab, but without noise.
AUTOENCODER = DenoisingAutoencoder("dense", noise_amount=0.0, epochs=20)
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


def choose_training_images(seed):
    """Return random training images and their labels."""
    X, y = mnist_uint8()
    chosen = np.random.default_rng(seed).choice(len(X), N_IMAGES, replace=False)
    return X[chosen] / np.float32(255), y[chosen]


def train(estimator, seed):
    return fit_cached(clone(estimator).set_params(random_state=seed))[0]


def interpolate(seed):
    X, y = choose_training_images(seed)
    autoencoder = train(AUTOENCODER, seed)
    return interpolate_latent(autoencoder, X, y, random_state=seed), y


def perturb(seed, n_passes):
    X, y = choose_training_images(seed)
    autoencoder = train(AUTOENCODER, seed)
    perturbed = perturb_latent(autoencoder, X, random_state=seed)
    return sharpen(autoencoder, perturbed, n_passes=n_passes), y


def sample_plane(seed):
    autoencoder = train(PLANE, seed)
    X, y = sample_latent_space(
        autoencoder, *choose_training_images(seed), N_IMAGES, random_state=seed
    )
    return sharpen(autoencoder, X, n_passes=2), y


def sample_mixtures(seed):
    """Sample from a Gaussian mixture of latent vectors per class."""
    autoencoder = train(AUTOENCODER, seed)
    X, y = mnist_uint8()
    labels, counts = np.unique(choose_training_images(seed)[1], return_counts=True)
    with threadpool_limits(1):  # more threads would wait for each other
        latent = [
            GaussianMixture(COMPONENTS, reg_covar=1e-3, random_state=seed)
            .fit(autoencoder.encode(X[y == label]).astype(float))
            .sample(count)[0]
            for label, count in zip(labels, counts, strict=True)
        ]
    return autoencoder.decode(np.concatenate(latent)), np.repeat(labels, counts)


METHODS = {
    "real training images": choose_training_images,
    "1. interpolated latent vectors": interpolate,
    "2. perturbed latent vectors": lambda seed: perturb(seed, 0),
    "2. perturbed latent vectors, sharpened once": lambda seed: perturb(seed, 1),
    "3. random vectors in a plane, sharpened twice": sample_plane,
    "Gaussian mixtures of latent vectors": sample_mixtures,
    "4. DigitGenerator": lambda seed: train(DigitGenerator(), seed).sample(N_IMAGES),
}


def evaluate(generate, seed):
    """Generate images by one method and return their metrics."""
    X, y = generate(seed)
    X_test, y_test = mnist_uint8("test")
    X_test = X_test / np.float32(255)
    classifier = train(CNNDigitClassifier(**THREE_CONVOLUTIONS), seed)
    student = CNNDigitClassifier(**THREE_CONVOLUTIONS, random_state=seed).fit(X, y)
    return {
        "read": float(classifier.score(X, y)),
        "teach": float(student.score(X_test, y_test)),
        "variety_pixels": variety((X, y), (X_test, y_test), seed),
        "variety_features": variety(
            (features(classifier, X), y), (features(classifier, X_test), y_test), seed
        ),
        **measure_novelty(X, X_test, seed),
    }


def features(classifier, X):
    """Return the input of the last layer."""
    return layer_outputs(classifier, X, ["flatten"])["flatten"]


def measure_novelty(X, X_test, seed):
    """Return metrics of the distance to the nearest training images."""
    X_train = mnist_uint8()[0] / np.float32(255)
    new, real = nearest_distances(X, X_train), nearest_real_distances()
    chosen = np.random.default_rng(seed + 100).choice(len(X_train), len(X_test), False)
    nearer = nearest_distances(X, X_train[chosen]) < nearest_distances(X, X_test)
    return {
        "nearest_1st_percentile": float(np.percentile(new, 1) / np.percentile(real, 1)),
        "nearest_median": float(np.median(new) / np.median(real)),
        "nearer_to_training": float(nearer.mean()),
    }


@cache.cache
def nearest_real_distances():
    """Return the distances of the real test images to the nearest training images."""
    X_test, X_train = (mnist_uint8(part)[0] / np.float32(255) for part in PARTS)
    return nearest_distances(X_test, X_train)


COLUMNS = {
    "read as intended (%)": ("read", 100, 2),
    "teaches (%)": ("teach", 100, 2),
    "variety, pixels": ("variety_pixels", 1, 2),
    "variety, features": ("variety_features", 1, 2),
    "nearest, 1st percentile": ("nearest_1st_percentile", 1, 2),
    "nearest, median": ("nearest_median", 1, 2),
    "nearer to training (%)": ("nearer_to_training", 100, 1),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="prefix of the rows to measure")
    parser.add_argument(
        "--seeds", type=int, default=len(SEEDS), help="number of seeds per row (3)"
    )
    options = parser.parse_args()
    scores = Scores("generation")
    for name, generate in METHODS.items():
        if name.startswith(options.only):
            for seed in range(options.seeds):
                scores.measure(name, seed, lambda g=generate, s=seed: evaluate(g, s))
    # Includes scores of other runs.
    saved = {name: list(scores.saved(name).values()) for name in METHODS}
    lines = [
        (name, *(cell(seeds, *column) for column in COLUMNS.values()), str(len(seeds)))
        for name, seeds in saved.items()
        if seeds
    ]
    scores.report(("method", *COLUMNS, "seeds"), lines)


def cell(seeds, key, factor, digits):
    """Format the mean, and the standard deviation if there are several seeds."""
    values = [seed[key] * factor for seed in seeds]
    if len(values) == 1:
        return f"{values[0]:.{digits}f}"
    return mean_and_deviation(values, digits)


if __name__ == "__main__":
    main()
