"""Measure the curve of accuracy against noise on the page of the package's models.

The first 1,000 of MNIST's test images get salt-and-pepper noise and are classified, as
they are and denoised.

Run ``python docs/make_noise_curve.py``. It writes skdigits/page/noise_curve.json.
"""

import json
from importlib.resources import files
from pathlib import Path

from skdigits.datasets import fetch_mnist
from skdigits.page._curve import measure_curve
from skdigits.page._models import Classifier
from skdigits.pretrained import load_classifier, load_denoiser

N_IMAGES = 1_000
FILE = Path(str(files("skdigits.page"))) / "noise_curve.json"


def main():
    """Measure and write the curve."""
    test = fetch_mnist(subset="test")
    curve = measure_curve(
        Classifier(load_classifier()).predictor,
        [("dense autoencoder", load_denoiser("dense")), ("U-Net", load_denoiser())],
        test.images[:N_IMAGES].reshape(N_IMAGES, -1),
        test.target[:N_IMAGES],
        f"the first {N_IMAGES:,} test images of MNIST",
    )
    FILE.write_text(json.dumps(curve, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
