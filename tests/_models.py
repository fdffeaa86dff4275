"""Tiny fitted models, and files made of them by hand."""

import hashlib
import json

from safetensors.numpy import load, save
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline

from skdigits import (
    CNNDigitClassifier,
    DenoisingAutoencoder,
    DigitGenerator,
    LatentEncoder,
    MLPDigitClassifier,
    SaltPepperNoise,
)

SETTINGS = {"epochs": 1, "random_state": 0}
MLP = MLPDigitClassifier((8,), **SETTINGS)
CNN = CNNDigitClassifier(((4,), (6,)), augmentation=None, **SETTINGS)
DENOISER = DenoisingAutoencoder(
    "dense", hidden_layer_sizes=(8,), latent_size=4, **SETTINGS
)
ENCODER = LatentEncoder(DENOISER)
UNET = DenoisingAutoencoder(filters=(2,), **SETTINGS)
BLIND_SPOT = DenoisingAutoencoder(supervision="noisy", filters=(2,), **SETTINGS)
GENERATOR = DigitGenerator((8,), latent_size=2, n_components=2, **SETTINGS)


def noisy_pipeline(X):
    """Noise, a frozen denoiser that knows clean pictures, a classifier."""
    denoiser = clone(UNET).fit(X)
    return Pipeline(
        [
            ("noise", SaltPepperNoise(0.1, random_state=0)),
            ("denoise", FrozenEstimator(denoiser)),
            ("classify", clone(CNN)),
        ]
    )


def alpha_search():
    return GridSearchCV(clone(MLP), {"alpha": [0, 0.1]}, cv=2)


def contents(data):
    """Description and arrays of a model file; see skdigits/_files/_arrays.py."""
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    return json.loads(header["__metadata__"]["description"]), load(data)


def forged(description, arrays, **metadata):
    """A file with this description (an object, or text), its hash right."""
    text = description if isinstance(description, str) else json.dumps(description)
    digest = hashlib.sha256(text.encode())
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"\n{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.tobytes())
    known = {"format": "1", "version": "skdigits 0", "description": text}
    return save(arrays, {**known, "sha256": digest.hexdigest(), **metadata})
