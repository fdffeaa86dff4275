"""`noise=`: what the estimators add to their training images."""

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skdigits import (
    CNNDigitClassifier,
    DenoisingAutoencoder,
    SaltPepperNoise,
    persistence,
)
from skdigits.corruptions import DefocusBlur, GaussianNoise
from skdigits.datasets import load_small_digits

digits = load_small_digits()
IMAGES, LABELS = digits.images, digits.target
CLEAN = IMAGES[:1200]
TEST = IMAGES[1200:]


def denoiser(noise, **settings):
    """Return a small denoiser fitted with this noise."""
    settings = {"filters": (8,), "epochs": 6, "random_state": 0, **settings}
    return DenoisingAutoencoder(noise=noise, **settings).fit(CLEAN)


@pytest.fixture(scope="module")
def of_gaussian_noise():
    return denoiser(GaussianNoise(0.3))


def test_salt_and_pepper_is_that_of_noise_amount():
    same = denoiser(SaltPepperNoise((0.1, 0.5), salt_vs_pepper=0.7), epochs=2)
    expected = denoiser(None, noise_amount=(0.1, 0.5), salt_vs_pepper=0.7, epochs=2)
    for ours, theirs in zip(same.weights_, expected.weights_, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_denoiser_removes_the_noise_that_it_learned(of_gaussian_noise):
    noisy = GaussianNoise(0.3, random_state=0).fit_transform(TEST)
    of_salt = denoiser(None)
    assert of_gaussian_noise.score(noisy, TEST) > of_salt.score(noisy, TEST) + 2


def test_each_image_draws_one_of_a_list():
    seen = []

    def record(images):
        seen.append(len(images))
        return images

    black = FunctionTransformer(np.zeros_like)
    unchanged = FunctionTransformer(record)
    denoiser([black, unchanged], epochs=2)
    # Deviation of a binomial count: 24.
    assert 1080 < sum(seen) < 1320


def test_each_epoch_has_new_noise():
    epochs = []

    class Record(GaussianNoise):
        def transform(self, X):
            noisy = super().transform(X)
            epochs.append(noisy[0] - X[0])
            return noisy

        def __deepcopy__(self, memo):
            return clone(self)

    DenoisingAutoencoder(
        filters=(8,), epochs=2, noise=Record(0.01, random_state=0), random_state=0
    ).fit(np.full((20, 8, 8), 0.5, np.float32) + CLEAN[:20] / 4)
    assert len(epochs) == 2
    assert not np.allclose(epochs[0], epochs[1])


def test_the_seed_decides_the_noise(of_gaussian_noise):
    again = denoiser(GaussianNoise(0.3, random_state=5))
    for ours, theirs in zip(again.weights_, of_gaussian_noise.weights_, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_the_order_of_the_images_does_not_matter():
    noise = [GaussianNoise(0.3), DefocusBlur(1), SaltPepperNoise(0.2)]
    forwards = denoiser(noise, epochs=2)
    backwards = clone(forwards).fit(CLEAN[::-1])
    for ours, theirs in zip(forwards.weights_, backwards.weights_, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_keras_loop_sees_the_same_noise():
    class CountBatches(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            pass

    noise = [GaussianNoise(0.3), DefocusBlur(1)]
    compiled = denoiser(noise, epochs=2)
    in_keras = denoiser(noise, epochs=2, callbacks=[CountBatches()])
    np.testing.assert_allclose(compiled.loss_curve_, in_keras.loss_curve_, rtol=1e-4)


@pytest.fixture(scope="module")
def reader_of_noise():
    noise = SaltPepperNoise((0, 0.5))
    cnn = CNNDigitClassifier(((16,),), noise=noise, epochs=20, random_state=0)
    return cnn.fit(CLEAN, LABELS[:1200])


def test_classifier_learns_to_read_noisy_images(reader_of_noise):
    clean = clone(reader_of_noise).set_params(noise=None).fit(CLEAN, LABELS[:1200])
    noisy = SaltPepperNoise(0.3, random_state=0).fit_transform(TEST)
    gain = reader_of_noise.score(noisy, LABELS[1200:]) - clean.score(
        noisy, LABELS[1200:]
    )
    assert gain > 0.1


def test_classifier_is_not_surer_of_noisy_images_than_it_is_right(reader_of_noise):
    noisy = SaltPepperNoise(0.4, random_state=0).fit_transform(TEST)
    sure = reader_of_noise.predict_proba(noisy).max(axis=1).mean()
    assert sure < reader_of_noise.score(noisy, LABELS[1200:]) + 0.02


def test_classifier_learns_to_read_images_with_one_of_several_noises():
    """A deformation that interpolates after the noise would hide it in training."""
    noises = [SaltPepperNoise((0, 0.5)), SaltPepperNoise(0.3)]
    cnn = CNNDigitClassifier(((16,),), noise=noises, epochs=20, random_state=0)
    noisy = SaltPepperNoise(0.3, random_state=0).fit_transform(TEST)
    assert cnn.fit(CLEAN, LABELS[:1200]).score(noisy, LABELS[1200:]) > 0.7


def test_classifier_learns_to_read_noisy_images_in_black_and_white():
    """A deformation with gray pixels, which are certainly no noise, would mislead."""
    noise = SaltPepperNoise((0, 0.5))
    cnn = CNNDigitClassifier(((16,),), noise=noise, epochs=20, random_state=0)
    cnn.fit(np.rint(CLEAN), LABELS[:1200])
    test = np.rint(TEST)
    assert cnn.score(test, LABELS[1200:]) > 0.85
    noisy = SaltPepperNoise(0.3, random_state=0).fit_transform(test)
    assert cnn.score(noisy, LABELS[1200:]) > 0.6


def test_classifier_learns_from_denoised_images():
    cleaned = make_pipeline(SaltPepperNoise((0, 0.5)), FrozenEstimator(denoiser(None)))
    pixels = np.rint(255 * CLEAN).astype(np.uint8)
    cnn = CNNDigitClassifier(((8,),), noise=cleaned, epochs=30, random_state=0)
    assert clone(cnn).fit(pixels, LABELS[:1200]).score(TEST, LABELS[1200:]) > 0.5


def test_any_noise_is_a_list_of_corruptions():
    trained = denoiser("any", epochs=1)
    assert trained.noise_amount_ == (0.0, 0.0)


def test_a_model_file_keeps_the_noise(of_gaussian_noise, tmp_path):
    path = tmp_path / "denoiser.safetensors"
    persistence.dump(of_gaussian_noise, path)
    loaded = persistence.load(path)
    assert loaded.noise.std == 0.3
    np.testing.assert_array_equal(
        loaded.transform(TEST), of_gaussian_noise.transform(TEST)
    )


@pytest.mark.parametrize(
    ("noise", "error", "message"),
    [
        ([], ValueError, "must not be empty"),
        (["salt"], ValueError, "holds 'salt', which is not a transformer"),
        ("salt", ValueError, "'noise' parameter"),
        (SaltPepperNoise((0.9, 0.1)), ValueError, r"amount=\(0.9, 0.1\)"),
        (FunctionTransformer(lambda X: X[:, :4]), ValueError, "must keep the shape"),
        (FunctionTransformer(lambda X: 16 * X), ValueError, "must be in \\[0, 1\\]"),
        (make_pipeline(DenoisingAutoencoder()), NotFittedError, "not fitted"),
    ],
)
def test_wrong_noise(noise, error, message):
    with pytest.raises(error, match=message):
        denoiser(noise)


def test_noise_and_noisy_images_contradict_each_other():
    with pytest.raises(ValueError, match="noise= is added to clean images"):
        denoiser(GaussianNoise(), supervision="noisy")


def test_later_calls_of_partial_fit_refuse_noise_for_noisy_images():
    trained = DenoisingAutoencoder(
        supervision="noisy", filters=(8,), random_state=0
    ).partial_fit(SaltPepperNoise(0.3, random_state=0).fit_transform(CLEAN[:100]))
    with pytest.raises(ValueError, match="noise= is added to clean images"):
        trained.set_params(noise=GaussianNoise()).partial_fit(CLEAN[:100])
