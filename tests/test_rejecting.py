"""The classifier that refuses images of other things."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

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
