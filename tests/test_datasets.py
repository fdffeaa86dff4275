"""Data sets, and files that are none."""

import io
import os
import zipfile

import numpy as np
import pytest

from skdigits._files import _npz
from skdigits.datasets import fetch_mnist, load_small_digits
from skdigits.exceptions import DatasetError
from skdigits.report._data import load_dataset

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


def test_mnist_is_found_without_a_home(fake_mnist, monkeypatch):
    for name in ("HOME", "USERPROFILE", "KERAS_HOME"):
        monkeypatch.delenv(name, raising=False)
    # The user has no entry in the system's list of users either.
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    X, _ = fetch_mnist(data_home=fake_mnist, subset="test", return_X_y=True)
    assert X.shape == (10000, 784)


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
    with pytest.raises(DatasetError, match=r"cannot load .*mnist\.npz: .* is damaged"):
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


# Files that are hostile or damaged, for both readers of .npz files.

SMALL = {"X": np.zeros((40, 9, 9), np.uint8), "y": np.arange(40) % 2}
SMALL |= {name: np.zeros(9, np.uint8) for name in SHAPES}


def npz(arrays, save=np.savez_compressed):
    buffer = io.BytesIO()
    save(buffer, **arrays)
    return buffer.getvalue()


def with_arrays(change, compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(npz(SMALL))) as whole,
        zipfile.ZipFile(buffer, "w", compression) as changed,
    ):
        for name in whole.namelist():
            changed.writestr(name, change(whole.read(name)))
    return buffer.getvalue()


def with_headers(text):
    header = text.encode().ljust(117) + b"\n"
    return with_arrays(lambda _: b"\x93NUMPY\1\0\x76\0" + header + bytes(99))


def declaring(shape, dtype="|u1"):
    return with_headers(f"{{'descr': '{dtype}', 'fortran_order': False, {shape}}}")


def with_fields(offset, field):
    """The archive with bytes changed in each entry of its directory and its member."""
    data = bytearray(npz(SMALL))
    for signature, start in ((b"PK\1\2", offset + 2), (b"PK\3\4", offset)):
        at = -1
        while (at := data.find(signature, at + 1)) >= 0:
            data[at + start : at + start + len(field)] = field
    return bytes(data)


def with_damaged_arrays():
    data = bytearray(npz({name: np.arange(9000) % 251 for name in SMALL}))
    data[200:-1000] = bytes(value ^ 255 for value in data[200:-1000])
    return bytes(data)


HOSTILE = {
    "damaged data": with_damaged_arrays,
    "array without an archive": lambda: npz({"arr": SMALL["X"]}, np.save),
    "objects": lambda: npz(dict.fromkeys(SMALL, np.array([None, {}]))),
    "huge shape": lambda: declaring("'shape': (60000, 1000000000)"),
    "huge numbers": lambda: declaring(f"'shape': ({'9' * 60},)"),
    "negative shape": lambda: declaring("'shape': (-3, -33)"),
    "huge text": lambda: declaring("'shape': (1,)", "<U999999999"),
    "many empty texts": lambda: declaring(f"'shape': ({10**12},)", "|S0"),
    "nested header": lambda: with_headers("(" * 110),
    "no header": lambda: with_arrays(lambda _: b""),
    "other version": lambda: with_arrays(lambda v: v[:6] + b"\3" + v[7:]),
    "too short": lambda: with_arrays(lambda v: v[:-5]),
    "other compression": lambda: with_arrays(bytes, zipfile.ZIP_BZIP2),
    "unknown compression": lambda: with_fields(8, b"\x63\0"),
    "encrypted": lambda: with_fields(6, b"\1\0"),
    "truncated": lambda: cut_in_half(npz(SMALL)),
    "larger than the limit": lambda: npz(SMALL | {"X": np.zeros((99, 99, 99))}),
}


def load_mnist(path):
    return fetch_mnist(data_home=path.parent)


def load_own(path):
    return load_dataset(str(path), quick=True, seed=0)


@pytest.mark.parametrize("load", [load_mnist, load_own])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_by_name(name, load, no_cache, tmp_path, monkeypatch):
    monkeypatch.setattr(_npz, "_MAX_SMALL", 10**6)
    path = tmp_path / "mnist.npz"
    path.write_bytes(HOSTILE[name]())
    with pytest.raises(DatasetError, match=r"mnist\.npz.*[Ff]ormat|Expected") as caught:
        load(path)
    assert len(str(caught.value)) < 2000


def test_pipe_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.npz")  # which nobody writes to
    with pytest.raises(DatasetError, match=r"pipe\.npz: Is a pipe"):
        load_own(tmp_path / "pipe.npz")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"X": np.zeros((40, 0))}, "8x8 pixels or more, got 0x0"),
        ({"X": np.full((40, 9, 9), 1e300)}, r"must be in \[0, 1\]"),
        ({"y": np.arange(40) % 2 * 1e300}, "integers or strings"),
        ({"y": np.array([1, np.inf] * 20, np.float16)}, "integers or strings"),
        ({"y": np.arange(40) % 2 + 2.0**53}, "integers or strings"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_values_that_are_not_exact_are_refused(changes, message, tmp_path):
    (tmp_path / "own.npz").write_bytes(npz(SMALL | changes))
    with pytest.raises(DatasetError, match=message):
        load_own(tmp_path / "own.npz")
