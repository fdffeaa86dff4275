"""The classifier that refuses images of other things."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from skdigits import MLPDigitClassifier, RejectingClassifier

MLP = MLPDigitClassifier((32,), epochs=20, batch_size=32, random_state=0)


@pytest.fixture(scope="module")
def zeros_and_ones(digits):
    """Images and labels of which only 0 and 1 are of interest."""
    X, y, X_test, y_test = digits

    def others_as(y):
        return np.where(y > 1, -1, y)

    return X, others_as(y), X_test, others_as(y_test)


@pytest.fixture(scope="module")
def rejecting(zeros_and_ones):
    X, y, _, _ = zeros_and_ones
    return RejectingClassifier(clone(MLP), reject_below=0.5).fit(X, y)


def test_other_things_are_rejected(rejecting, zeros_and_ones):
    _, _, X, y = zeros_and_ones
    assert rejecting.score(X, y) > 0.97


def test_probabilities_are_those_of_the_classifier(rejecting, zeros_and_ones):
    X = zeros_and_ones[2]
    everything = rejecting.estimator_.predict_proba(X)  # -1, 0, 1
    labels = everything[:, 1:]
    expected = labels / labels.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(rejecting.predict_proba(X), expected, rtol=1e-6)
    np.testing.assert_array_equal(rejecting.score_samples(X), labels.max(axis=1))


def test_threshold_bounds_the_score_of_what_is_not_rejected(rejecting, zeros_and_ones):
    X = zeros_and_ones[2]
    scores = rejecting.score_samples(X)
    strict = clone(rejecting).set_params(reject_below=0.9)
    strict.estimator_ = rejecting.estimator_
    np.testing.assert_array_equal(strict.predict(X) == -1, scores < 0.9)
    lenient = strict.set_params(reject_below=0)
    assert set(lenient.predict(X)) == {0, 1}


def test_labels_are_text(zeros_and_ones):
    X, y, X_test, _ = zeros_and_ones
    names = np.array(["zero", "one", "?"])[y]  # -1 is the last one
    model = RejectingClassifier(
        LogisticRegression(), reject_label="?", reject_below=0.5
    )
    model.fit(X, names)
    assert list(model.classes_) == ["one", "zero"]
    assert set(model.predict(X_test)) == {"?", "one", "zero"}


def test_images_of_labels_alone_train_it_too(digits):
    X, y, X_test, y_test = digits
    model = RejectingClassifier(LogisticRegression()).fit(X, y)
    plain = LogisticRegression().fit(X, y)
    np.testing.assert_array_equal(model.predict(X_test), plain.predict(X_test))


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
