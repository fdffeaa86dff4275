"""Latent vectors as the features of a pipeline."""

import numpy as np
import pytest
from _models import DENOISER, GENERATOR, UNET
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skdigits import LatentEncoder
from skdigits.persistence import dump, load


def test_classifier_in_a_pipeline_receives_latent_vectors(digits, tmp_path):
    X, y, X_test, _ = digits
    model = make_pipeline(LatentEncoder(DENOISER), LogisticRegression()).fit(X, y)
    autoencoder = clone(DENOISER).fit(X)
    expected = LogisticRegression().fit(autoencoder.encode(X), y)
    answers = expected.predict_proba(autoencoder.encode(X_test))
    np.testing.assert_array_equal(model.predict_proba(X_test), answers)
    stack = X_test.reshape(-1, 8, 8)
    np.testing.assert_array_equal(model.predict_proba(stack), answers)
    dump(model, tmp_path / "model.safetensors")
    loaded = load(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(loaded.predict_proba(X_test), answers)


def test_search_reaches_the_latent_size(digits):
    X, y = digits[0][:100], digits[1][:100]
    model = make_pipeline(LatentEncoder(clone(DENOISER)), LogisticRegression())
    sizes = {"latentencoder__estimator__latent_size": [2, 3]}
    best = GridSearchCV(model, sizes, cv=2).fit(X, y).best_estimator_
    encoder = best[0].set_output(transform="pandas")
    assert list(encoder.transform(X)) == list(encoder.get_feature_names_out())


def test_frozen_autoencoder_stays_as_it_is(digits):
    autoencoder = clone(DENOISER).fit(digits[0])
    encoder = LatentEncoder(FrozenEstimator(autoencoder)).fit(digits[2])
    np.testing.assert_array_equal(
        encoder.transform(digits[2]), autoencoder.encode(digits[2])
    )


@pytest.mark.parametrize("estimator", [UNET, GENERATOR, LogisticRegression()])
def test_estimator_without_latent_space_is_refused(estimator, digits):
    name = type(estimator).__name__
    with pytest.raises(ValueError, match=f"LatentEncoder: {name}.*'dense'"):
        LatentEncoder(estimator).fit(digits[0], digits[1])
