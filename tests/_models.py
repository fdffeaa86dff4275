"""Tiny fitted models, and files made of them by hand."""

import io
import json
import zipfile

from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline

from skdigits import (
    CNNDigitClassifier,
    DenoisingAutoencoder,
    DigitGenerator,
    MLPDigitClassifier,
    SaltPepperNoise,
)

SETTINGS = {"epochs": 1, "random_state": 0}
MLP = MLPDigitClassifier((8,), **SETTINGS)
CNN = CNNDigitClassifier(((4,), (6,)), augmentation=None, **SETTINGS)
DENOISER = DenoisingAutoencoder(
    "dense", hidden_layer_sizes=(8,), latent_size=4, **SETTINGS
)
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


def members(data):
    """Members of a model file by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def schema(data):
    return json.loads(members(data)["schema.json"])


def packed(contents, compression=zipfile.ZIP_STORED):
    """A file of these members, its checksums right."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def with_schema(data, tree):
    """The file with another schema, without the arrays that this does not name."""
    text = json.dumps(tree)
    contents = {name: v for name, v in members(data).items() if name in text}
    return packed({**contents, "schema.json": text})


def attributes(tree):
    """Nodes of an object's attributes."""
    return tree["content"]["content"]
