"""Real MNIST, where it lies at hand."""

import pytest

from skdigits import CNNDigitClassifier, MLPDigitClassifier
from skdigits.datasets import fetch_mnist
from skdigits.exceptions import DatasetError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def mnist():
    try:
        train, test = (
            fetch_mnist(subset=subset, download_if_missing=False)
            for subset in ("train", "test")
        )
    except DatasetError as error:
        pytest.skip(f"needs MNIST: {error}")
    return train.images[:10_000], train.target[:10_000], test.images, test.target


def test_dense_network_reads_mnist(mnist):
    X_train, y_train, X_test, y_test = mnist
    mlp = MLPDigitClassifier((64, 64), epochs=5, random_state=0).fit(X_train, y_train)
    assert mlp.score(X_test, y_test) > 0.92


def test_convolutional_network_reads_mnist(mnist):
    X_train, y_train, X_test, y_test = mnist
    cnn = CNNDigitClassifier(((8,), (16,)), epochs=3, random_state=0)
    assert cnn.fit(X_train, y_train).score(X_test, y_test) > 0.95
