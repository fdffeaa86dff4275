"""Probabilities: as they come, and adapted to held-out images."""

import copy

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import log_loss

from skdigits import MLPDigitClassifier

MLP = MLPDigitClassifier((32,), epochs=20, batch_size=32, random_state=0)


def test_label_smoothing_leaves_the_probabilities_of_certain_images_near_1(digits):
    X, y, X_test, y_test = digits
    model = clone(MLP).set_params(label_smoothing=0.1).fit(X, y)
    probabilities = model.predict_proba(X_test)
    accuracy = (model.predict(X_test) == y_test).mean()
    # Smoothed targets alone would teach it 0.91 where it is certain.
    assert abs(probabilities.max(axis=1).mean() - accuracy) < 0.03
    assert np.quantile(probabilities.max(axis=1), 0.9) > 0.99


def test_calibration_lowers_the_log_loss_and_keeps_the_labels(digits):
    X, y, X_test, y_test = digits
    model = clone(MLP).fit(X[:1000], y[:1000])
    before = model.predict_proba(X_test)
    model.calibrate(X[1000:], y[1000:])
    after = model.predict_proba(X_test)
    np.testing.assert_array_equal(after.argmax(axis=1), before.argmax(axis=1))
    assert log_loss(y_test, after) < log_loss(y_test, before) - 0.03


def test_calibrated_network_is_that_of_the_predictions(digits):
    X, y, X_test, _ = digits
    model = clone(MLP).set_params(epochs=2).fit(X[:300], y[:300])
    model.calibrate(X[300:600], y[300:600])
    np.testing.assert_allclose(
        model.network_(X_test).numpy(), model.predict_proba(X_test), atol=1e-6
    )


def test_calibration_with_unknown_labels_changes_nothing(digits):
    X, y, _, _ = digits
    model = clone(MLP).set_params(epochs=1).fit(X[:300], y[:300])
    before = model.predict_proba(X[:5])
    with pytest.raises(ValueError, match="y holds the labels \\[77\\]"):
        model.calibrate(X[:3], [0, 1, 77])
    np.testing.assert_array_equal(model.predict_proba(X[:5]), before)


@pytest.mark.parametrize("label_smoothing", [0.0, 0.2])
def test_training_resumes_as_if_never_calibrated(digits, label_smoothing):
    X, y, X_test, _ = digits
    plain = clone(MLP).set_params(epochs=2, label_smoothing=label_smoothing)
    plain.set_params(warm_start=True).fit(X[:300], y[:300])
    calibrated = copy.deepcopy(plain).calibrate(X[300:600], y[300:600])
    before = plain.predict_proba(X_test)
    assert not np.allclose(calibrated.predict_proba(X_test), before)
    for model in (plain, calibrated):
        model.fit(X[:300], y[:300])
    np.testing.assert_allclose(
        calibrated.predict_proba(X_test), plain.predict_proba(X_test), atol=1e-5
    )
