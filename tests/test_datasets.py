"""Data sets, and files that are none."""

import numpy as np
import pytest

from skdigits.datasets import fetch_mnist, load_small_digits
from skdigits.exceptions import DatasetError

SHAPES = {
    "x_train": (60000, 28, 28),
    "y_train": (60000,),
    "x_test": (10000, 28, 28),
    "y_test": (10000,),
}


@pytest.fixture
def no_cache(monkeypatch, tmp_path):
    """No MNIST anywhere, and no way to fetch it."""
    monkeypatch.delenv("SKDIGITS_DATA_HOME", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


@pytest.fixture(scope="module")
def fake_mnist(tmp_path_factory):
    """A file in MNIST's layout: every picture shows its index, modulo 256."""
    folder = tmp_path_factory.mktemp("mnist")
    arrays = {
        name: np.broadcast_to(
            np.arange(shape[0]).astype(np.uint8).reshape(-1, *[1] * (len(shape) - 1)),
            shape,
        )
        for name, shape in SHAPES.items()
    }
    np.savez_compressed(folder / "mnist.npz", **arrays)
    return folder


def test_small_digits_are_fractions_of_ink():
    digits = load_small_digits()
    assert digits.data.dtype == np.float32
    assert (digits.data.min(), digits.data.max()) == (0, 1)
    assert digits.images.shape == (1797, 8, 8)
    X, y = load_small_digits(return_X_y=True)
    assert (digits.data == X).all()
    assert sorted(set(y)) == list(range(10))


@pytest.mark.parametrize(
    ("subset", "n_samples"), [("train", 60000), ("test", 10000), ("all", 70000)]
)
def test_mnist_subset(no_cache, fake_mnist, subset, n_samples):
    mnist = fetch_mnist(subset=subset, data_home=fake_mnist)
    assert mnist.data.shape == (n_samples, 784)
    assert mnist.data.dtype == np.float32
    assert mnist.images.shape == (n_samples, 28, 28)
    np.testing.assert_allclose(
        mnist.data[:300, 0] * 255, np.arange(300) % 256, rtol=1e-6
    )
    assert (mnist.target[:300] == np.arange(300) % 256).all()
    assert mnist.target.dtype == np.int64


def test_mnist_is_found_through_the_environment(no_cache, fake_mnist, monkeypatch):
    monkeypatch.setenv("SKDIGITS_DATA_HOME", str(fake_mnist))
    X, y = fetch_mnist(subset="test", return_X_y=True, download_if_missing=False)
    assert (X.shape, y.shape) == ((10000, 784), (10000,))


def test_missing_mnist_says_what_to_do(no_cache, tmp_path):
    with pytest.raises(DatasetError, match=r"SKDIGITS_DATA_HOME") as caught:
        fetch_mnist(data_home=tmp_path, download_if_missing=False)
    assert str(tmp_path / "mnist.npz") in str(caught.value)


def test_failed_download_says_what_to_do(no_cache, monkeypatch):
    def fail(file_name):
        raise OSError("no network")

    monkeypatch.setattr("keras.datasets.mnist.load_data", fail)
    with pytest.raises(DatasetError, match=r"no network.*SKDIGITS_DATA_HOME"):
        fetch_mnist()


def cut_in_half(content):
    return content[: len(content) // 2]


@pytest.mark.parametrize(
    "spoil", [cut_in_half, lambda content: b"", lambda content: b"no archive" * 99]
)
def test_damaged_file_is_refused(no_cache, fake_mnist, tmp_path, spoil):
    content = (fake_mnist / "mnist.npz").read_bytes()
    (tmp_path / "mnist.npz").write_bytes(spoil(content))
    with pytest.raises(DatasetError, match=r"mnist\.npz is damaged"):
        fetch_mnist(data_home=tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"x_train": np.zeros((60000, 8, 8), np.uint8)},
        {"y_test": np.zeros(10000, np.float64)},
    ],
)
def test_foreign_file_is_refused(no_cache, tmp_path, change):
    arrays = {name: np.zeros(shape, np.uint8) for name, shape in SHAPES.items()}
    np.savez_compressed(tmp_path / "mnist.npz", **arrays | change)
    with pytest.raises(DatasetError, match=f"format: {next(iter(change))} has shape"):
        fetch_mnist(data_home=tmp_path)


def test_missing_array_is_refused(no_cache, tmp_path):
    np.savez(tmp_path / "mnist.npz", x_train=np.zeros((1, 28, 28), np.uint8))
    with pytest.raises(DatasetError, match="not MNIST"):
        fetch_mnist(data_home=tmp_path)


def test_unknown_subset_is_named():
    with pytest.raises(ValueError, match=r"'subset' parameter of fetch_mnist.*'half'"):
        fetch_mnist(subset="half")
