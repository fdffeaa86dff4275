"""Accuracy on noisy test images of MNIST, by what the classifier was trained on.

One denoiser, a U-Net trained for 10 epochs, and one classifier serve all amounts of
salt-and-pepper noise. The classifier was trained on clean images, on images to which
noise of random amounts was added and which were then denoised, or on noisy images
without a denoiser. It is the default network, or one with five convolutions. In black
and white, a row has less noise in training, as nobody can read most of it. Scores that
are already in docs/benchmarks/reading_noise.json are not measured again: delete
the file to start over.

Run ``python tests/benchmarks/reading_noise.py`` (about three hours on two cores).
"""

import argparse

from _recipes import FIVE_CONVOLUTIONS
from _scores import Scores, fit_cached, mean_and_deviation, mnist_uint8
from denoising import binarize
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import make_pipeline

from skdigits import CNNDigitClassifier, DenoisingAutoencoder, SaltPepperNoise

SEEDS = range(3)
AMOUNTS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9)
NOISE = SaltPepperNoise((0, 0.9))
LESS_NOISE = SaltPepperNoise((0, 0.7))
# Twice those of the default: with noise, no two epochs show the same images.
EPOCHS = 16
ON_CLEAN = "clean images; denoiser"
ON_DENOISED = "denoised images; denoiser"
LARGE_ON_DENOISED = "denoised images, five convolutions; denoiser"
LARGE_ON_LESS_NOISE = "denoised images of up to 70 %, five convolutions; denoiser"
ON_NOISY = "noisy images; no denoiser"
ROWS = (ON_CLEAN, ON_DENOISED, LARGE_ON_DENOISED, ON_NOISY)
ROWS_IN_BLACK_AND_WHITE = (*ROWS, LARGE_ON_LESS_NOISE)


def reader(trained_on, prepare, seed):
    """Return a fitted pipeline that classifies noisy images."""
    if trained_on == ON_NOISY:
        cnn = CNNDigitClassifier(epochs=EPOCHS, noise=NOISE, random_state=seed)
        return fit_cached(cnn, prepare=prepare)[0]
    denoiser = DenoisingAutoencoder(epochs=10, random_state=seed)
    noise = NOISE
    if trained_on == LARGE_ON_LESS_NOISE:
        noise = LESS_NOISE
        denoiser.set_params(noise=noise)
    denoiser, _ = fit_cached(denoiser, prepare=prepare)
    cnn = CNNDigitClassifier(random_state=seed)
    if trained_on != ON_CLEAN:
        noise = make_pipeline(noise, FrozenEstimator(denoiser))
        cnn.set_params(epochs=EPOCHS, noise=noise)
    if trained_on in (LARGE_ON_DENOISED, LARGE_ON_LESS_NOISE):
        cnn.set_params(**FIVE_CONVOLUTIONS)
    return make_pipeline(denoiser, fit_cached(cnn, prepare=prepare)[0])


def measure(trained_on, prepare, seed):
    """Return the accuracy at each amount of noise."""
    X, y = mnist_uint8("test")
    if prepare is not None:
        X = prepare(X)
    fitted = reader(trained_on, prepare, seed)
    return {
        str(amount): float(
            fitted.score(
                SaltPepperNoise(amount, random_state=100 + seed).transform(X), y
            )
        )
        for amount in AMOUNTS
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="prefix of the rows to measure")
    parser.add_argument("--seeds", type=int, default=len(SEEDS))
    options = parser.parse_args()
    scores = Scores("reading_noise")
    lines = []
    for images, prepare, rows in (
        ("gray", None, ROWS),
        ("black and white", binarize, ROWS_IN_BLACK_AND_WHITE),
    ):
        for trained_on in rows:
            row = f"{images}: {trained_on}"
            if row.startswith(options.only):
                for seed in SEEDS[: options.seeds]:
                    scores.measure(
                        row,
                        seed,
                        lambda t=trained_on, p=prepare, s=seed: measure(t, p, s),
                    )
            saved = list(scores.saved(row).values())
            if saved:
                accuracies = [
                    mean_and_deviation([100 * one[str(amount)] for one in saved])
                    if len(saved) > 1
                    else f"{100 * saved[0][str(amount)]:.2f}"
                    for amount in AMOUNTS
                ]
                lines.append((images, trained_on, *accuracies, str(len(saved))))
    header = ("images", "trained on; read with")
    scores.report((*header, *(f"{a:.0%}" for a in AMOUNTS), "seeds"), lines)


if __name__ == "__main__":
    main()
