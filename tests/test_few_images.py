"""Fits on as few images as people have of their own."""

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier

from skdigits import (
    CNNDigitClassifier,
    DenoisingAutoencoder,
    DigitGenerator,
    MLPDigitClassifier,
    SaltPepperNoise,
)

CLASSIFIERS = [CNNDigitClassifier(random_state=0), MLPDigitClassifier(random_state=0)]


@pytest.mark.slow
@pytest.mark.parametrize("n_images", [100, 300])
@pytest.mark.parametrize("classifier", CLASSIFIERS, ids=["CNN", "MLP"])
def test_defaults_are_better_than_those_of_scikit_learn(classifier, n_images, digits):
    X, y, X_test, y_test = digits
    scores, rivals = [], []
    for seed in range(3):
        chosen = np.random.default_rng(seed).permutation(len(X))[:n_images]
        few, labels = X[chosen], y[chosen]
        scores.append(classifier.fit(few, labels).score(X_test, y_test))
        rival = MLPClassifier(random_state=seed, max_iter=1000).fit(few, labels)
        rivals.append(rival.score(X_test, y_test))
    assert np.mean(scores) > np.mean(rivals)


def test_few_images_are_trained_on_in_a_thousand_steps(digits):
    X, y, X_test, y_test = digits
    mlp = MLPDigitClassifier((32,), random_state=0).fit(X[:100], y[:100])
    assert mlp.n_iter_ == 1000 // 7 + 1  # steps of 16 images, seven per epoch
    assert mlp.score(X_test, y_test) > 0.8


@pytest.mark.parametrize("architecture", ["unet", "dense"])
def test_few_images_teach_denoising(architecture, digits):
    X, _, X_test, _ = digits
    denoiser = DenoisingAutoencoder(architecture, filters=(4,), random_state=0)
    denoiser.fit(X[:100])
    assert denoiser.n_iter_ == 1000 // 7 + 1
    noisy = SaltPepperNoise(0.4, random_state=0).fit_transform(X_test)
    before, after = (
        ((images - X_test) ** 2).mean() for images in (noisy, denoiser.transform(noisy))
    )
    assert after < before / 3  # 4.8 dB


def test_few_images_teach_the_generator(digits):
    X, y, X_test, y_test = digits
    generator = DigitGenerator((64,), latent_size=8, random_state=0)
    X_new, y_new = generator.fit(X[:100], y[:100]).sample(500)
    assert generator.n_iter_ == 1000 // 7 + 1
    reader = KNeighborsClassifier(3).fit(X_test, y_test)
    assert reader.score(X_new, y_new) > 0.9


def test_many_images_are_trained_on_as_often_as_before(digits):
    X, y, _, _ = digits
    many, labels = np.tile(X, (5, 1)), np.tile(y, 5)
    mlp = MLPDigitClassifier((8,), random_state=0).fit(many, labels)
    assert mlp.n_iter_ == 20


def test_numbers_are_taken_as_they_are(digits):
    X, y, _, _ = digits
    mlp = MLPDigitClassifier((8,), epochs=2, batch_size=8).fit(X[:50], y[:50])
    assert mlp.n_iter_ == 2
