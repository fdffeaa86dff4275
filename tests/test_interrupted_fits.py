"""Fits that end early: the estimator stays as it was."""

import pickle

import keras
import numpy as np
import pytest
from _models import DENOISER, GENERATOR, MLP, UNET
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from skdigits import SaltPepperNoise
from skdigits.preprocessing import DigitNormalizer


class Interrupt(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        raise KeyboardInterrupt


INTERRUPTED = {"callbacks": [Interrupt()], "activation": "tanh", "random_state": 1}
networks = pytest.mark.parametrize(
    "estimator",
    [MLP, DENOISER, GENERATOR],
    ids=lambda estimator: type(estimator).__name__,
)


@networks
@pytest.mark.parametrize("warm_start", [False, True])
def test_interrupted_fit_leaves_the_fitted_estimator_whole(
    estimator, warm_start, digits
):
    X, y = digits[0][:200], digits[1][:200]
    names = {"warm_start": warm_start, **INTERRUPTED}.keys()
    fitted = clone(estimator).fit(X, y)
    before = {name: value for name, value in vars(fitted).items() if name not in names}
    fitted.set_params(warm_start=warm_start, **INTERRUPTED)
    labels = y if warm_start else y % 3
    with pytest.raises(KeyboardInterrupt):
        fitted.fit(X[:100] / 2, labels[:100])
    after = {name: value for name, value in vars(fitted).items() if name not in names}
    assert after.keys() == before.keys()
    assert all(after[name] is before[name] for name in before)


@networks
def test_interrupted_first_fit_leaves_the_estimator_unfitted(estimator, digits):
    unfitted = clone(estimator).set_params(**INTERRUPTED)
    with pytest.raises(KeyboardInterrupt):
        unfitted.fit(*digits[:2])
    assert vars(unfitted).keys() == vars(clone(estimator)).keys()
    with pytest.raises(NotFittedError):
        unfitted.network_  # noqa: B018


def test_interrupted_partial_fit_leaves_the_fitted_estimator_whole(digits):
    X, y, X_test, _ = digits
    mlp = clone(MLP).partial_fit(X, y, classes=np.arange(10))
    before = mlp.predict_proba(X_test)
    mlp.set_params(**INTERRUPTED)
    with pytest.raises(KeyboardInterrupt):
        mlp.partial_fit(X, y)
    assert mlp.n_iter_ == 1
    for same in (mlp, pickle.loads(pickle.dumps(mlp))):
        np.testing.assert_array_equal(same.predict_proba(X_test), before)


@pytest.mark.parametrize("transformer", [SaltPepperNoise(), DigitNormalizer()])
def test_refused_images_leave_the_transformer_whole(transformer, digits):
    pandas = pytest.importorskip("pandas")
    transformer = clone(transformer).fit(digits[0])
    refused = pandas.DataFrame({"a": [0.0], "b": [np.nan]})
    with pytest.raises(ValueError, match="NaN"):
        transformer.fit(refused)
    assert not hasattr(transformer, "feature_names_in_")
    assert transformer.n_features_in_ == 64


def test_latent_space_is_that_of_the_fitted_network(digits):
    dense = clone(DENOISER).fit(digits[0]).set_params(architecture="unet")
    assert dense.decode(dense.encode(digits[2])).shape == digits[2].shape
    unet = clone(UNET).fit(digits[0]).set_params(architecture="dense")
    assert not hasattr(unet, "decode")


def test_training_does_not_resume_in_another_network(digits):
    mlp = clone(MLP).fit(*digits[:2]).set_params(hidden_layer_sizes=(9,))
    with pytest.raises(ValueError, match="training cannot resume.*clone"):
        mlp.partial_fit(*digits[:2])
