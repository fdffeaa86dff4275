"""PSNR and accuracy after denoising MNIST's test images, over three seeds.

One denoiser for all amounts of noise is trained on clean images. The PSNR is averaged
over the images; the accuracy is that of a CNN trained on clean images. Scores that are
already in docs/benchmarks/denoising.json are not measured again: delete the file to
start over.

Run ``python tests/benchmarks/denoising.py`` (about an hour on two cores).
"""

import argparse

import numpy as np
from _scores import Scores, fit_cached, mean_and_deviation, mnist_uint8

from skdigits import CNNDigitClassifier, DenoisingAutoencoder, SaltPepperNoise

SEEDS = range(3)
AMOUNTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
# Mean squared error of rounding to 8 bits, the lower bound in `psnr`.
ROUNDING_ERROR = 1 / (12 * 255**2)


def psnr(clean, denoised):
    """Return the peak signal-to-noise ratio in dB, averaged over the images."""
    error = np.mean((denoised - clean) ** 2, axis=1)
    return float(np.mean(-10 * np.log10(np.maximum(error, ROUNDING_ERROR))))


def binarize(X):
    """Return black and white images, in which any pixel may be noise."""
    return np.where(X > 127, 255, 0).astype("uint8")


DENOISERS = {
    "U-Net as it comes": (DenoisingAutoencoder(), None),
    "dense 784-128-96-128-784": (DenoisingAutoencoder("dense", epochs=20), None),
    "U-Net, black and white": (DenoisingAutoencoder(), binarize),
}


def score_amounts(denoise, classifier, X, y, seed):
    """Return PSNR and accuracy at each amount of noise."""
    clean = X / np.float32(255)
    steps = {}
    for amount in AMOUNTS:
        noisy = SaltPepperNoise(amount, random_state=100 + seed).fit_transform(X)
        denoised = denoise(noisy)
        steps[str(amount)] = {
            "psnr_db": psnr(clean, denoised),
            "accuracy": float(classifier.score(denoised, y)),
        }
    return steps


def measure_denoiser(denoiser, seed, prepare):
    """Fit denoiser and classifier; return time and scores."""
    X, y = mnist_uint8("test")
    if prepare is not None:
        X = prepare(X)
    classifier, _ = fit_cached(CNNDigitClassifier(random_state=seed))
    denoiser, seconds = fit_cached(
        denoiser.set_params(random_state=seed), prepare=prepare
    )
    return {
        "fit_s": seconds,
        "ladder": score_amounts(denoiser.transform, classifier, X, y, seed),
    }


def measure_without_denoiser(seed):
    """Return the scores of noisy images."""
    X, y = mnist_uint8("test")
    classifier, _ = fit_cached(CNNDigitClassifier(random_state=seed))
    return {
        "ladder": score_amounts(
            lambda noisy: noisy / np.float32(255), classifier, X, y, seed
        )
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="prefix of the rows to measure")
    only = parser.parse_args().only
    scores = Scores("denoising")
    measures = {"none": measure_without_denoiser}
    for name, (denoiser, prepare) in DENOISERS.items():
        measures[name] = lambda s, d=denoiser, p=prepare: measure_denoiser(d, s, p)
    for name, measure in measures.items():
        if name.startswith(only):
            for seed in SEEDS:
                scores.measure(name, seed, lambda m=measure, s=seed: m(s))
    # Includes scores of other runs; a standard deviation needs two seeds.
    saved = {name: list(scores.saved(name).values()) for name in measures}
    saved = {name: seeds for name, seeds in saved.items() if len(seeds) > 1}
    header = ("noise", "measure", *saved)
    scores.report(header, [*table(saved, "psnr_db"), *table(saved, "accuracy")])


def table(saved, kind):
    """Return the rows of one metric."""
    what, factor, digits = {
        "psnr_db": ("PSNR (dB)", 1, 1),
        "accuracy": ("accuracy (%)", 100, 2),
    }[kind]
    return [
        (
            f"{amount:.0%}",
            what,
            *(
                mean_and_deviation(
                    [seed["ladder"][str(amount)][kind] * factor for seed in seeds],
                    digits,
                )
                for seeds in saved.values()
            ),
        )
        for amount in AMOUNTS
    ]


if __name__ == "__main__":
    main()
