"""Denoising of MNIST's test pictures, and reading them afterwards, over three seeds.

One denoiser, blind to the amount of noise, trained on clean pictures; PSNR per picture,
and the accuracy of a CNN that was trained on clean pictures. Scores already in
docs/benchmarks/denoising.json are not measured again: delete it to start over.

Run ``python tests/benchmarks/denoising.py`` (about an hour on two cores).
"""

import argparse

import numpy as np
from _scores import Scores, fitted, mean_and_deviation, mnist_uint8

from skdigits import CNNDigitClassifier, DenoisingAutoencoder, SaltPepperNoise

SEEDS = range(3)
AMOUNTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
AIMS_DB = {0.1: "35", 0.2: "31.5", 0.4: "27.5", 0.6: "24", 0.8: "19.5"}
AIMS_ACCURACY = {
    **{0.0: "99.4", 0.2: "99.3", 0.4: "99.0", 0.5: "98.8"},
    **{0.6: "98.3", 0.7: "96.8", 0.8: "92.6"},
}
# Of mean squared errors: that of rounding to 8 bits.
FLOOR = 1 / (12 * 255**2)


def psnr(clean, denoised):
    """Peak signal-to-noise ratio in dB, mean over the pictures."""
    error = np.mean((denoised - clean) ** 2, axis=1)
    return float(np.mean(-10 * np.log10(np.maximum(error, FLOOR))))


def binary(X):
    """Black and white pictures, in which no pixel is certainly clean."""
    return np.where(X > 127, 255, 0).astype("uint8")


DENOISERS = {
    "U-Net, 16 epochs": (DenoisingAutoencoder(epochs=16), None),
    "U-Net as it comes": (DenoisingAutoencoder(), None),
    "dense 784-128-96-128-784": (DenoisingAutoencoder("dense", epochs=20), None),
    "U-Net, black and white": (DenoisingAutoencoder(), binary),
}


def ladder(denoise, reader, X, y, seed):
    """PSNR and accuracy at each amount of noise."""
    clean = X / np.float32(255)
    steps = {}
    for amount in AMOUNTS:
        noisy = SaltPepperNoise(amount, random_state=100 + seed).fit_transform(X)
        denoised = denoise(noisy)
        steps[str(amount)] = {
            "psnr_db": psnr(clean, denoised),
            "accuracy": float(reader.score(denoised, y)),
        }
    return steps


def measured(denoiser, seed, prepare):
    """Fit denoiser and reader; measure both."""
    X, y = mnist_uint8("test")
    if prepare is not None:
        X = prepare(X)
    reader, _ = fitted(CNNDigitClassifier(random_state=seed))
    denoiser, seconds = fitted(denoiser.set_params(random_state=seed), prepare=prepare)
    return {"fit_s": seconds, "ladder": ladder(denoiser.transform, reader, X, y, seed)}


def without(seed):
    """Read noisy pictures as they are."""
    X, y = mnist_uint8("test")
    reader, _ = fitted(CNNDigitClassifier(random_state=seed))
    return {"ladder": ladder(lambda noisy: noisy / np.float32(255), reader, X, y, seed)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="measure rows that start so")
    only = parser.parse_args().only
    scores = Scores("denoising")
    measures = {"none": without}
    for name, (denoiser, prepare) in DENOISERS.items():
        measures[name] = lambda s, d=denoiser, p=prepare: measured(d, s, p)
    for name, measure in measures.items():
        if name.startswith(only):
            for seed in SEEDS:
                scores.measure(name, seed, lambda m=measure, s=seed: m(s))
    # Also what other runs have measured; a row needs two seeds to have a spread.
    found = {name: list(scores.known(name).values()) for name in measures}
    found = {name: seeds for name, seeds in found.items() if len(seeds) > 1}
    header = ("noise", "measure", *found, "aim (U-Net)")
    scores.report(header, [*table(found, "psnr_db"), *table(found, "accuracy")])


def table(found, kind):
    """Make the lines of one measure."""
    what, factor, digits, aims = {
        "psnr_db": ("PSNR (dB)", 1, 1, AIMS_DB),
        "accuracy": ("accuracy (%)", 100, 2, AIMS_ACCURACY),
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
                for seeds in found.values()
            ),
            aims.get(amount, ""),
        )
        for amount in AMOUNTS
    ]


if __name__ == "__main__":
    main()
