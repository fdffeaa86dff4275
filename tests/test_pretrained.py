"""The models that come with the package."""

import csv
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from sklearn.base import clone
from sklearn.metrics import log_loss

from skdigits import DenoisingAutoencoder, DigitGenerator
from skdigits.datasets import fetch_mnist, load_small_digits
from skdigits.exceptions import DatasetError
from skdigits.pretrained import _recipe, load_classifier, load_denoiser, load_generator
from skdigits.pretrained._non_digits import make_non_digits

HERE = Path(__file__).parent
CARD = HERE.parent / "docs" / "benchmarks" / "other_digits.csv"


def card(source):
    """The accuracy that the docs state for load_classifier()."""
    with CARD.open(encoding="utf-8") as file:
        (row,) = [row for row in csv.DictReader(file) if row["source"] == source]
    return float(row["load_classifier()"])


def test_classifier_reads_the_embedded_digits_as_the_docs_say():
    digits = load_small_digits()
    accuracy = 100 * load_classifier().score(digits.images, digits.target)
    assert f"{accuracy:.2f}" == f"{card('8x8 digits of scikit-learn'):.2f}"


@pytest.mark.slow
def test_classifier_reads_mnist_as_the_docs_say():
    try:
        mnist = fetch_mnist(subset="test", download_if_missing=False)
    except DatasetError:
        pytest.skip("no mnist.npz: set SKDIGITS_DATA_HOME")
    X = np.round(255 * mnist.images).astype(np.uint8)
    accuracy = 100 * load_classifier().score(X, mnist.target)
    assert f"{accuracy:.2f}" == f"{card('MNIST, test images'):.2f}"


def test_probabilities_of_the_classifier_are_honest():
    X, y = load_small_digits(return_X_y=True)
    probabilities = load_classifier().predict_proba(X)
    is_right = probabilities.argmax(axis=1) == y
    assert abs(probabilities.max(axis=1).mean() - is_right.mean()) < 0.02
    assert log_loss(y, probabilities) < 0.2


def test_crosses_blank_images_and_noise_score_low():
    cross = np.zeros((28, 28))
    cross[13:15, 4:24] = cross[4:24, 13:15] = 1
    noise = np.random.default_rng(0).random((20, 28, 28))
    things = [cross, np.zeros((28, 28)), np.tri(28), *noise]
    assert load_classifier().score_samples(things).max() < 0.1


def test_noise_is_rejected():
    noise = np.random.default_rng(0).random((200, 28, 28))
    assert (predict_or_reject(noise) == -1).all()


@pytest.mark.parametrize("width", [1, 2, 4, 6])
def test_plus_is_rejected(width):
    plus = np.zeros((28, 28))
    lines = slice(14 - width // 2, 14 - width // 2 + width)
    plus[lines, 4:24] = plus[4:24, lines] = 1
    assert predict_or_reject([plus]) == [-1]


def test_letters_of_small_black_and_white_scans_are_rejected():
    images = [letter(character) for character in "AEFHKMNRWXadefhkmnw"]
    assert (predict_or_reject(images) == -1).all()


def predict_or_reject(images):
    """Labels, or -1 below the threshold of `skdigits read`."""
    classifier = load_classifier().set_params(rejectingclassifier__reject_below=0.5)
    return classifier.predict(images)


def letter(character):
    """A letter 12 pixels high, in a font that no training image has."""
    image = Image.new("1", (36, 36))
    font = ImageFont.load_default(18)
    ImageDraw.Draw(image).text((9, 6), character, 1, font=font)
    return np.asarray(image, np.float32)


@pytest.mark.parametrize(
    ("load", "estimator"),
    [
        (load_denoiser, DenoisingAutoencoder(epochs=10, batch_size=64)),
        (
            partial(load_denoiser, "dense"),
            DenoisingAutoencoder("dense", epochs=30, batch_size=64),
        ),
        (
            load_generator,
            DigitGenerator((256, 128), latent_size=16, epochs=15, batch_size=128),
        ),
    ],
)
def test_stored_model_has_the_parameters_of_the_recipe(load, estimator):
    loaded = load()
    parameters = loaded.get_params() | {"random_state": None, "verbose": 0}
    expected = clone(estimator).get_params() | {"random_state": None, "verbose": 0}
    assert parameters == expected
    assert loaded.image_shape_ == (28, 28)


def test_dense_denoiser_has_a_latent_space():
    blank = np.zeros((2, 28, 28), np.float32)
    assert load_denoiser("dense").encode(blank).shape == (2, 96)


def test_unknown_denoiser_is_named():
    with pytest.raises(ValueError, match=r"architecture='cnn' .* \['dense', 'unet'\]"):
        load_denoiser("cnn")


def test_stored_classifier_is_that_of_the_recipe():
    """A training of one epoch on few images has the same settings and network."""
    digits = np.zeros((240, 28, 28), np.uint8)
    labels = np.arange(240) % 10
    for image, label in zip(digits, labels, strict=True):
        image[4:24, 8 + label : 12 + label] = 255
    trained = _recipe.train_classifier(digits, labels, epochs=1).model
    stored = load_classifier()
    for _, cnn in trained[-1].estimator.estimators:
        cnn.set_params(epochs=_recipe.EPOCHS, batch_size=64)
    assert repr(trained) == repr(stored)
    shapes = [
        [
            [weight.shape for weight in cnn.weights_]
            for cnn in model[-1].estimator_.estimators_
        ]
        for model in (trained, stored)
    ]
    assert shapes[0] == shapes[1]


def test_thin_digit_beside_a_wide_one_is_a_pair():
    images = np.zeros((20, 28, 28), np.uint8)
    images[::2, 4:24, 14] = images[1::2, 4:24, 4:24] = 255
    rng = np.random.default_rng(0)
    pairs = make_non_digits(images, np.arange(20) % 10, 100, rng)
    assert pairs.shape == (100, 28, 28)


def test_models_work_without_tensorflow(tmp_path):
    """In a process that cannot import it."""
    blocked = "import sys\n" + "".join(
        f"sys.modules[{name!r}] = None\n" for name in ("tensorflow", "keras")
    )
    (tmp_path / "sitecustomize.py").write_text(blocked)
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    subprocess.run(
        [sys.executable, HERE / "without_tensorflow.py"],
        env=os.environ | {"PYTHONPATH": path},
        check=True,
        capture_output=True,
    )


def test_models_are_small():
    folder = Path(sys.modules[load_classifier.__module__].__file__).parent
    size = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
    assert size < 6e6
