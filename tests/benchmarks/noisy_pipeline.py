"""Accuracy of pipelines trained on noisy images only, over three seeds.

``Pipeline(noise, denoise, classify)`` is fitted on MNIST: noise is added to each
training image once, the denoiser is trained on the noisy images alone, and the
classifier on the denoised images. Scores that are already in
docs/benchmarks/noisy_pipeline.json are not measured again: delete the file to start
over.

Run ``python tests/benchmarks/noisy_pipeline.py`` (about an hour on two cores).
"""

import time

from _recipes import THREE_CONVOLUTIONS
from _scores import Scores, mean_and_deviation, mnist_uint8
from sklearn.pipeline import make_pipeline

from skdigits import CNNDigitClassifier, DenoisingAutoencoder, SaltPepperNoise

SEEDS = range(3)
AMOUNT = 0.4


def pipelines(seed):
    noise = SaltPepperNoise(AMOUNT, random_state=seed)
    classify = CNNDigitClassifier(**THREE_CONVOLUTIONS, random_state=seed)
    denoise = DenoisingAutoencoder(
        supervision="noisy", epochs=6, learning_rate=3e-3, random_state=seed
    )
    return {
        "noise, denoise, classify": make_pipeline(noise, denoise, classify),
        "noise, classify": make_pipeline(noise, classify),
    }


def measure(pipeline):
    start = time.perf_counter()
    pipeline.fit(*mnist_uint8())
    seconds = time.perf_counter() - start
    score = {"accuracy": float(pipeline.score(*mnist_uint8("test"))), "fit_s": seconds}
    if "denoisingautoencoder" in pipeline.named_steps:
        score["noise_amount"] = pipeline["denoisingautoencoder"].noise_amount_
    return score


def main():
    scores = Scores("noisy_pipeline")
    lines = []
    for name in ("noise, denoise, classify", "noise, classify"):
        seeds = [
            scores.measure(name, s, lambda s=s, n=name: measure(pipelines(s)[n]))
            for s in SEEDS
        ]
        percent = mean_and_deviation([100 * one["accuracy"] for one in seeds])
        lines.append((name, percent))
    scores.report(("pipeline", "accuracy (%)"), lines)


if __name__ == "__main__":
    main()
