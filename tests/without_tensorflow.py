"""What the trained models do in an environment that has no TensorFlow.

``nox -s numpy`` runs it in one that the documented command has made.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from skdigits import MLPDigitClassifier
from skdigits.__main__ import main
from skdigits.datasets import load_small_digits
from skdigits.pretrained import load_classifier, load_denoiser, load_generator

# Of all modules, those that prediction must not need.
NAMES = {"tensorflow", "keras", "scikeras", "matplotlib"}


def check():
    """Predict, generate, denoise and try to train."""
    X, y = load_small_digits(return_X_y=True)
    assert load_classifier().score(X, y) > 0.95

    images, labels = load_generator().sample(100)
    assert load_classifier().score(images, labels) > 0.9

    noise = np.random.default_rng(0)
    hit = noise.random(images.shape) < 0.4
    noisy = np.where(hit, noise.integers(0, 2, images.shape), images).astype("float32")
    cleaned = load_denoiser().transform(noisy)
    assert ((cleaned - images) ** 2).mean() < ((noisy - images) ** 2).mean() / 5

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "digit.png")
        Image.fromarray((255 - 255 * images[0].reshape(28, 28)).astype("uint8")).save(
            file
        )
        assert main(["predict", str(file)]) == 0

    loaded = {name for name in NAMES if sys.modules.get(name)}
    assert not loaded, loaded
    message = ""
    try:
        MLPDigitClassifier(epochs=1).fit(X, y)
    except ImportError as error:
        message = str(error)
    assert "pip install tensorflow" in message, message


if __name__ == "__main__":
    check()
