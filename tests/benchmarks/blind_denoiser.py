"""PSNR of one denoiser for five kinds of noise, and of a specialist for each.

All are `DenoisingAutoencoder`s of the same size. A specialist is trained on one kind of
noise for 5 epochs of MNIST's training images. The one for all is trained for as long as
the five specialists together, on a kind drawn for each image anew, which is not an
input. The PSNR is a mean over MNIST's test images. Scores that are already in
docs/benchmarks/blind_denoiser.json are not measured again: delete the file to start
over.

Run ``python tests/benchmarks/blind_denoiser.py`` (about 45 minutes for each seed
on two cores).
"""

import argparse

import numpy as np
from _scores import Scores, fit_cached, mean_and_deviation, mnist_uint8
from denoising import psnr
from sklearn.base import clone

from skdigits import DenoisingAutoencoder, SaltPepperNoise
from skdigits.corruptions import DefocusBlur, GaussianNoise, ShotNoise, SpeckleNoise

EPOCHS = 5
NOISES = {
    "Gaussian, std 0.2": GaussianNoise(0.2),
    "shot, 10 photons": ShotNoise(10),
    "speckle, std 0.5": SpeckleNoise(0.5),
    "defocus, radius 2": DefocusBlur(2),
    "salt and pepper, 40 %": SaltPepperNoise(0.4),
}
COLUMNS = ("noisy", "specialist", "one for all")


def add_noise(noise, X, seed):
    """Return noisy images of rows, which depend on the seed if noise is random."""
    noise = clone(noise)
    if "random_state" in noise.get_params():
        noise.set_params(random_state=seed)
    return noise.fit_transform(X)


def measure(name, seed):
    """Return the mean PSNR of noisy images, and of images from both denoisers."""
    X, _ = mnist_uint8("test")
    clean = X / np.float32(255)
    noisy = add_noise(NOISES[name], X, 100 + seed)
    scores = {"noisy": psnr(clean, noisy / np.float32(255))}
    for column, noise, epochs in (
        ("specialist", NOISES[name], EPOCHS),
        ("one for all", list(NOISES.values()), len(NOISES) * EPOCHS),
    ):
        denoiser, _ = fit_cached(
            DenoisingAutoencoder(noise=noise, epochs=epochs, random_state=seed)
        )
        scores[column] = psnr(clean, denoiser.transform(noisy))
    return scores


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    scores = Scores("blind_denoiser")
    lines = []
    for name in NOISES:
        measured = [
            scores.measure(name, seed, lambda n=name, s=seed: measure(n, s))
            for seed in range(options.seeds)
        ]
        cells = [
            mean_and_deviation(values) if len(values) > 1 else f"{values[0]:.2f}"
            for values in ([one[column] for one in measured] for column in COLUMNS)
        ]
        lines.append((name, *cells, str(len(measured))))
    scores.report(("noise", *(f"{c} (dB)" for c in COLUMNS), "seeds"), lines)


if __name__ == "__main__":
    main()
